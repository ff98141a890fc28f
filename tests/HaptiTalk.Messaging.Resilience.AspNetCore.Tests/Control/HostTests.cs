using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// In Development everybody may make changes who asks this machine. A page of any host name that is made to resolve to it asks in that
/// name, and its browser takes it for a page of the same origin.
/// </summary>
public sealed class HostTests
{
    private const string Isolate = "/resilience/breakers/user/isolate";

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("rebound.example:8080")]
    [InlineData("localhost.rebound.example")]
    [InlineData("notlocalhost")]
    [InlineData("192.0.2.1")]
    [InlineData("[2001:db8::1]:8080")]
    public async Task Any_ForeignHostInDevelopment_MayChangeNothingAndLookIntoNothing(string host)
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, ("Host", host))).ShouldBeProblem(HttpStatusCode.Forbidden).Detail.ShouldContain("AllowedHosts");
        (await application.SendAsync(HttpMethod.Get, "/resilience/dead-letters/q/messages", json: null, ("Host", host))).ShouldBeProblem(HttpStatusCode.Forbidden);
        Answer overview = await application.SendAsync(HttpMethod.Get, "/resilience/overview", json: null, ("Host", host));
        overview.Json["canControl"]!.GetValue<bool>().ShouldBeFalse();
        overview.Json["controlProblem"]!.GetValue<string>().ShouldContain("AllowedHosts");
        application.Services.GetRequiredService<IResilienceControl>().History.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:5000")]
    [InlineData("shop.localhost:5000")]
    [InlineData("localhost.")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3:80")]
    [InlineData("[::1]:5000")]
    public async Task Post_LoopbackInDevelopment_IsDone(string host)
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, ("Host", host))).ShouldBeOk();
    }

    [Theory]
    [InlineData("shop.internal", "shop.internal:8080", true)]
    [InlineData("*.internal;127.0.0.1", "shop.internal", true)]
    [InlineData("*", "rebound.example", false)]
    [InlineData("*;127.0.0.1", "rebound.example", false)]
    public async Task Post_HostThatTheHostNames_IsDone(string allowed, string host, bool isDone)
    {
        await using TestApplication application = await TestApplication.StartAsync(
            environment: Environments.Development, settings: [new("AllowedHosts", allowed)]);

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, ("Host", host))).Status.ShouldBe(isDone ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_ForeignHostInDevelopmentWithThePolicy_AsksForIt()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => TestAuthentication.AddTo(services).Services.AddAuthorizationBuilder().AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator")),
            environment: Environments.Development);
        (string, string) host = ("Host", "shop.internal");

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, host)).ShouldBeProblem(HttpStatusCode.Unauthorized);
        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, host, TestAuthentication.Operator)).ShouldBeOk();
    }

    [Theory]
    [InlineData("http://rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("no address", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:5000", HttpStatusCode.OK)]
    [InlineData("https://LOCALHOST:5000", HttpStatusCode.OK)]
    public async Task Post_OriginOfABrowserThatSaysNoMore_HasToBeThisHost(string origin, HttpStatusCode status)
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, ("Host", "localhost:5000"), ("Origin", origin))).Status.ShouldBe(status);
        (await application.SendAsync(HttpMethod.Get, "/resilience/dead-letters/q/messages", json: null, ("Host", "localhost:5000"), ("Origin", origin)))
            .Status.ShouldBe(status == HttpStatusCode.OK ? HttpStatusCode.NotImplemented : status);
    }

    [Fact]
    public async Task Post_BrowserThatSaysSameOrigin_IsBelievedBehindAProxyThatChangesTheHost()
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(
            HttpMethod.Post, Isolate, json: null, ("Host", "localhost:5000"), ("Origin", "https://shop.example"), ("Sec-Fetch-Site", "same-origin"))).ShouldBeOk();
    }

    private static Task<TestApplication> StartAsync() => TestApplication.StartAsync(environment: Environments.Development);
}
