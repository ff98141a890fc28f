using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who may change something, over real requests to a host with a real authentication scheme.</summary>
public sealed class ControlTests
{
    private const string Isolate = "/resilience/breakers/user/isolate";

    private static readonly (string, string)[] Nobody = [];

    [Fact]
    public async Task Post_Development_IsOpenWithoutAnyAuthorization()
    {
        await using TestApplication application = await TestApplication.StartAsync(environment: Environments.Development);

        (await application.SendAsync(HttpMethod.Post, Isolate)).ShouldBeOk();

        HistoryOf(application).ShouldHaveSingleItem().By.ShouldBe("anonymous from 127.0.0.1");
        (await CanControlAsync(application)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_HostWithoutThePolicy_IsForbiddenAndSaysWhatToConfigure(bool hasAuthorization)
    {
        await using TestApplication application = await TestApplication.StartAsync(services =>
        {
            if (hasAuthorization)
                TestAuthentication.AddTo(services).Services.AddAuthorization();
        });

        Answer answer = await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Operator);

        answer.ShouldBeProblem(HttpStatusCode.Forbidden).Detail.ShouldContain("AddPolicy(\"MessagingResilience.Control\"");
        HistoryOf(application).ShouldBeEmpty();
        (await CanControlAsync(application)).ShouldBeFalse();
    }

    [Fact]
    public async Task Post_NotSignedIn_IsUnauthorizedAndSaysHowToSignIn()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await application.SendAsync(HttpMethod.Post, Isolate);

        answer.ShouldBeProblem(HttpStatusCode.Unauthorized).Headers["WWW-Authenticate"].ShouldBe("Test");
        HistoryOf(application).ShouldBeEmpty();
        (await CanControlAsync(application)).ShouldBeFalse();
    }

    [Fact]
    public async Task Post_SomebodyElse_IsForbidden()
    {
        await using TestApplication application = await StartAsync();

        Answer answer = await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Visitor);

        answer.ShouldBeProblem(HttpStatusCode.Forbidden).Detail.ShouldBe("You do not satisfy the authorization policy 'MessagingResilience.Control'.");
        HistoryOf(application).ShouldBeEmpty();
        (await CanControlAsync(application, TestAuthentication.Visitor)).ShouldBeFalse();
    }

    [Fact]
    public async Task Post_WhoMay_IsDoneInThatName()
    {
        await using TestApplication application = await StartAsync();

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Operator)).ShouldBeOk();

        HistoryOf(application).ShouldHaveSingleItem().By.ShouldBe("anna");
        (await CanControlAsync(application, TestAuthentication.Operator)).ShouldBeTrue();
    }

    [Fact]
    public async Task Post_PolicyWithASchemeOfItsOwn_SignsInWithThatOne()
    {
        await using TestApplication application = await StartAsync(defaultScheme: null, scheme: TestAuthentication.Name);

        (await application.SendAsync(HttpMethod.Post, Isolate)).ShouldBeProblem(HttpStatusCode.Unauthorized).Headers["WWW-Authenticate"].ShouldBe("Test");
        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Operator)).ShouldBeOk();
        HistoryOf(application).ShouldHaveSingleItem().By.ShouldBe("anna");
    }

    [Fact]
    public async Task Post_NoSchemeAtAll_IsUnauthorizedAndNoError()
    {
        await using TestApplication application = await StartAsync(defaultScheme: null);

        (await application.SendAsync(HttpMethod.Post, Isolate)).ShouldBeProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_CookieScheme_IsNotSentToALoginPage()
    {
        await using TestApplication application = await TestApplication.StartAsync(services =>
        {
            services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
            services.AddAuthorizationBuilder().AddPolicy("MessagingResilience.Control", policy => policy.RequireRole("operator"));
        });

        (await application.SendAsync(HttpMethod.Post, Isolate)).ShouldBeProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_OtherPolicyNamed_IsTheOneThatCounts()
    {
        await using TestApplication application = await StartAsync(policy: "ops", configure: options => options.ControlPolicy = "ops");

        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden).Detail.ShouldContain("'ops'");
        (await application.SendAsync(HttpMethod.Post, Isolate, json: null, TestAuthentication.Operator)).ShouldBeOk();
    }

    [Fact]
    public void ControlPolicy_Empty_IsRefused() => Should.Throw<ArgumentException>(() => new MessagingResilienceEndpointOptions().ControlPolicy = " ");

    [Fact]
    public async Task Write_EveryEndpointThatIsNoGet_AsksForPermission()
    {
        await using TestApplication application = await StartAsync();
        RouteEndpoint[] writes =
        [
            .. application.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/resilience", StringComparison.Ordinal))
                .Where(endpoint => MethodOf(endpoint) != HttpMethod.Get),
        ];

        writes.Length.ShouldBe(10);
        foreach (RouteEndpoint write in writes)
        {
            string path = write.RoutePattern.RawText!.Replace("{service}", "user", StringComparison.Ordinal);
            (await application.SendAsync(MethodOf(write), path, json: null, Nobody)).ShouldBeProblem(HttpStatusCode.Unauthorized);
            (await application.SendAsync(MethodOf(write), path, json: null, TestAuthentication.Visitor)).ShouldBeProblem(HttpStatusCode.Forbidden);
        }

        HistoryOf(application).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_GroupThatTheHostProtects_AsksForWhatTheHostWants()
    {
        await using TestApplication application = await TestApplication.StartAsync(
            services => TestAuthentication.AddTo(services).Services.AddAuthorization(),
            web => web.MapMessagingResilience().RequireAuthorization());
        using HttpResponseMessage stranger = await application.Client.GetAsync(new Uri("/resilience/overview", UriKind.Relative), TestContext.Current.CancellationToken);

        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await application.SendAsync(HttpMethod.Get, "/resilience/overview", json: null, TestAuthentication.Visitor)).ShouldBeOk();
    }

    [Fact]
    public void Map_HostWithoutTheFramework_SaysWhatIsMissing()
    {
        WebApplication bare = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => bare.MapMessagingResilience()).Message.ShouldContain("AddMessagingResilience");
    }

    private static Task<TestApplication> StartAsync(
        string? defaultScheme = TestAuthentication.Name,
        string? scheme = null,
        string policy = "MessagingResilience.Control",
        Action<MessagingResilienceEndpointOptions>? configure = null) => TestApplication.StartAsync(
        services => TestAuthentication.AddTo(services, defaultScheme).Services.AddAuthorizationBuilder().AddPolicy(policy, rules =>
        {
            if (scheme is not null)
                rules.AddAuthenticationSchemes(scheme);
            rules.RequireRole("operator");
        }),
        web => web.MapMessagingResilience(configure ?? (_ => { })));

    private static HttpMethod MethodOf(RouteEndpoint endpoint) => new(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single());

    private static IReadOnlyList<ControlChange> HistoryOf(TestApplication application) => application.Services.GetRequiredService<IResilienceControl>().History;

    private static async Task<bool> CanControlAsync(TestApplication application, params (string, string)[] headers) =>
        (await application.SendAsync(HttpMethod.Get, "/resilience/overview", json: null, headers)).Json["canControl"]!.GetValue<bool>();
}
