using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed partial class PageEndpointTests
{
    private const int LargestBundle = 190 * 1000;

    // What others wrote has its address in it, and SVG its name.
    private static readonly string[] Foreign = ["vendor/uPlot.iife.min.js", "vendor/uPlot.min.css", "vendor/uPlot.LICENSE.txt"];

    public static TheoryData<string> Assets => [.. PageAssets.Load().All.Select(asset => asset.Key)];

    public static TheoryData<string> OwnFiles => [.. PageAssets.Load().All.Select(asset => asset.Key).Except(Foreign)];

    [Fact]
    public async Task Get_Page_AnswersHtmlWithAStrictPolicy()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using HttpResponseMessage page = await GetAsync(application, "/resilience");

        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldContain("require-trusted-types-for 'script'");
        policy.ShouldNotContain("unsafe");
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Theory]
    [MemberData(nameof(Assets))]
    public async Task Get_Asset_IsServedOnceAndThenOnlyConfirmed(string asset)
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using HttpResponseMessage first = await GetAsync(application, $"/resilience/assets/{asset}");
        using HttpResponseMessage second = await GetAsync(application, $"/resilience/assets/{asset}", first.Headers.ETag);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Headers.CacheControl!.ToString().ShouldBe("no-cache, private");
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_UnknownAsset_Answers404()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using HttpResponseMessage response = await GetAsync(application, "/resilience/assets/scripts/none.js");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_EveryFileTheHtmlNames_IsThere()
    {
        string html = Text(PageAssets.Index);
        string[] named = [.. FileNamed().Matches(html).Select(match => match.Groups["path"].Value)];
        await using TestApplication application = await TestApplication.StartAsync();

        named.Length.ShouldBeGreaterThan(5);
        foreach (string path in named)
        {
            using HttpResponseMessage response = await GetAsync(application, $"/{path}");
            response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [Fact]
    public async Task Get_WithASlashAtTheEnd_LeadsToTheAddressWithout()
    {
        await using TestApplication application = await TestApplication.StartAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = application.Client.BaseAddress };
        using HttpResponseMessage response = await client.GetAsync(new Uri("/resilience/", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location!.ToString().ShouldBe("../resilience");
    }

    [Theory]
    [InlineData("/resilience")]
    [InlineData("/resilience/assets/scripts/main.js")]
    public async Task Get_GroupThatRequiresAuthorization_AnswersNobodyElse(string path)
    {
        await using TestApplication application = await TestApplication.StartAsync(
            static services => TestAuthentication.AddTo(services.AddAuthorization()),
            static web =>
            {
                web.UseAuthentication();
                web.UseAuthorization();
                web.MapMessagingResilience().RequireAuthorization();
            });
        using HttpResponseMessage response = await GetAsync(application, path);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void Bundle_OfAllFiles_IsSmall() => PageAssets.Load().All.Sum(asset => asset.Value.Content.Length).ShouldBeLessThan(LargestBundle);

    [Theory]
    [MemberData(nameof(OwnFiles))]
    public void Files_OfThePage_NameNoOtherHostAndMakeNoMarkupOfText(string file)
    {
        string text = Text(file).Replace("http://www.w3.org/2000/svg", string.Empty, StringComparison.Ordinal);

        text.ShouldNotMatch(@"https?://|//[a-z0-9-]+\.[a-z]");
        text.ShouldNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function");
        text.ShouldNotMatch(@"<style|style=""|<script(?![^>]*\bsrc=)|\son[a-z]+=""");
    }

    private static string Text(string asset) => Encoding.UTF8.GetString(PageAssets.Load().Find(asset)!.Content);

    private static async Task<HttpResponseMessage> GetAsync(TestApplication application, string path, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await application.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("(?:src|href)=\"(?<path>resilience/[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileNamed();
}
