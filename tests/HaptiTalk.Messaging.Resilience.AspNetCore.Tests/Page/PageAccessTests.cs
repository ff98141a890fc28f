using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A browser that may not have the page shows why.</summary>
public sealed class PageAccessTests
{
    private static readonly (string, string) Browser = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    [Fact]
    public async Task Get_SchemeThatSignsNoBrowserIn_SaysWhatTheHostHasToConfigure()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.MediaType.ShouldBe("text/plain");
        answer.Headers["WWW-Authenticate"].ShouldBe("Test");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Body.ShouldContain("AddCookie");
        answer.Body.ShouldNotContain("<html");
        Answer program = await application.SendAsync(HttpMethod.Get, "/resilience");
        program.ShouldBeProblem(HttpStatusCode.Unauthorized).Detail.ShouldContain("AddCookie");
    }

    [Fact]
    public async Task Get_SignedInAndNotAllowed_SaysSo()
    {
        await using TestApplication application = await StartAsync(policy => policy.RequireRole("operator"));

        Answer answer = await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser, TestAuthentication.Visitor);

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Body.ShouldContain("not allowed");
        (await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser, TestAuthentication.Operator)).ShouldBeOk().MediaType.ShouldBe("text/html");
    }

    [Theory]
    [InlineData("/resilience/assets/scripts/main.js")]
    [InlineData("/resilience/overview")]
    public async Task Get_AnythingButThePage_IsTheHostsAlone(string path)
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Get, path, json: null, Browser)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Get_FallbackPolicyOfTheHost_ProtectsThePageAndSaysSo()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => TestAuthentication.AddTo(services).Services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
            web => web.MapMessagingResilience());

        Answer answer = await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("AddCookie");
        (await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser, TestAuthentication.Visitor)).ShouldBeOk();
    }

    [Fact]
    public async Task Get_GroupThatTheHostOpens_IsOpen()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => TestAuthentication.AddTo(services).Services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()),
            web => web.MapMessagingResilience().AllowAnonymous());

        (await application.SendAsync(HttpMethod.Get, "/resilience", json: null, Browser)).ShouldBeOk();
    }

    [Fact]
    public async Task Get_CookieScheme_LeadsToItsLoginPage()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services =>
            {
                services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
                services.AddAuthorization();
            },
            web => web.MapMessagingResilience().RequireAuthorization());
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = application.Client.BaseAddress };
        using HttpResponseMessage response = await client.GetAsync(new Uri("/resilience", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.AbsolutePath.ShouldBe("/Account/Login");
    }

    private static Task<TestApplication> StartAsync(Action<AuthorizationPolicyBuilder>? policy = null) => TestApplication.StartAsync(
        services => TestAuthentication.AddTo(services).Services.AddAuthorization(),
        web =>
        {
            RouteGroup(web, policy ?? (rules => rules.RequireAuthenticatedUser()));
        });

    private static void RouteGroup(WebApplication web, Action<AuthorizationPolicyBuilder> policy) => web.MapMessagingResilience().RequireAuthorization(policy);
}
