using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The demo's outage, watched on the page.</summary>
public sealed class DemoTests(BrowserFixture browser)
{
    /// <remarks>eng/screenshots takes the pictures of docs/images from what this leaves in artifacts/screenshots.</remarks>
    [Fact]
    public async Task Page_OutageOfTheDemo_ShowsItComingAndGoing()
    {
        await using DemoProcess demo = DemoProcess.Start();
        string address = await demo.PageAsync(TestContext.Current.CancellationToken);
        await using WatchedPage page = await browser.OpenAsync(address, View.Of(1920, isDark: true));
        ILocator user = page.Badge("user", "client");

        await Expect(user).ToHaveTextAsync("Open", new() { Timeout = 30_000 });
        await Expect(page.Timeline).ToContainTextAsync("user · client");
        await Expect(page.Row("user", "client").Locator(".situation")).ToHaveTextAsync("probe in 4 s");
        await TakePicturesAsync(page);

        await Expect(user).ToHaveTextAsync("Closed", new() { Timeout = 30_000 });
        await Expect(page.Timeline).ToContainTextAsync("Circuit closed");
        page.ShouldBeClean();
    }

    private static async Task TakePicturesAsync(WatchedPage page)
    {
        DirectoryInfo root = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.Parent!;
        foreach ((string width, View view) in new[] { ("wide", View.Wide), ("narrow", View.Narrow) })
        {
            await page.Page.SetViewportSizeAsync(view.Width, view.Height);
            foreach ((string theme, ColorScheme scheme) in new[] { ("dark", ColorScheme.Dark), ("light", ColorScheme.Light) })
            {
                await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.Page.ScreenshotAsync(new() { Path = Path.Combine(root.FullName, "artifacts", "screenshots", $"page-{width}-{theme}.png") });
            }
        }
    }
}
