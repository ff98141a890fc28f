using System.Net;
using System.Net.Http.Headers;
using HaptiTalk.Messaging.Resilience;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Documentation.Tests;

public sealed class OperatorSignInTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_BrowserThatIsNotSignedIn_IsLedToItsSignIn()
    {
        await using WebApplication host = await StartAsync();
        using HttpClient browser = ClientOf(host);

        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/resilience", UriKind.Relative), Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.AbsolutePath.ShouldBe("/sign-in");
    }

    [Fact]
    public async Task Page_BrowserThatHasSignedIn_IsShownAndMayChange()
    {
        await using WebApplication host = await StartAsync();
        using HttpClient browser = ClientOf(host);
        using HttpResponseMessage signIn = await browser.GetAsync(new Uri("/sign-in", UriKind.Relative), Token);
        browser.DefaultRequestHeaders.Add("Cookie", signIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        (await StatusAsync(browser, HttpMethod.Get, "/resilience")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, HttpMethod.Get, "/resilience/overview")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(browser, HttpMethod.Post, "/resilience/breakers/user/isolate")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("operator", HttpStatusCode.OK)]
    [InlineData("visitor", HttpStatusCode.Forbidden)]
    public async Task Endpoints_ProgramWithAToken_AreThoseOfItsRole(string role, HttpStatusCode status)
    {
        await using WebApplication host = await StartAsync();
        using HttpClient program = ClientOf(host);
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", role);

        (await StatusAsync(program, HttpMethod.Get, "/resilience/overview")).ShouldBe(status);
        (await StatusAsync(program, HttpMethod.Post, "/resilience/breakers/user/isolate")).ShouldBe(status);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Resilience", "1");
        using HttpResponseMessage answer = await client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static HttpClient ClientOf(WebApplication host) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(host.Urls.Single()) };

    private static async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddAuthentication(TokenAuthentication.Name).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        builder.Services.AddOperatorSignIn();
        WebApplication host = builder.Build();
        host.MapPageForOperators();
        host.MapGet("/sign-in", static (HttpContext context) => context.SignInAsync(
            "Cookies", new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Role, "operator")], "Cookies"))));
        await host.StartAsync(Token);
        return host;
    }
}
