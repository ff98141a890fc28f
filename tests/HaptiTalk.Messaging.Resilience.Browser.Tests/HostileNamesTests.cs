using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whatever a name or a value looks like, it is a text.</summary>
public sealed class HostileNamesTests(BrowserFixture browser)
{
    private const string Image = "<img src=x onerror=window.wasHacked=1>";
    private const string Script = "\"'><script>window.wasHacked=1</script>";

    [Fact]
    public async Task Page_MarkupInNamesAndValues_ShowsItAsText()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync(Image);
        await host.SucceedAsync(Script);
        await host.SucceedAsync();
        host.Control.Isolate(new(Image), by: Script);
        host.Control.Change("user", new Dictionary<string, string?>(StringComparer.Ordinal) { ["Retry:Handle:0"] = Image }, by: Image);
        host.Configuration["Resilience:Profiles:user:Retry:MaxRetries"] = Script;
        host.Configuration.Reload();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await Expect(page.Row(Image, "local")).ToBeVisibleAsync();
        await Expect(page.Row(Script, "local")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#troubles")).ToContainTextAsync(Image);
        await Expect(page.Page.Locator("#problems")).ToContainTextAsync($"'{Script}'");
        await Expect(page.Timeline).ToContainTextAsync($"{Script}: isolate");

        await page.OpenDetailsAsync(Image, "local");
        await Expect(page.Details.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync(Image);
        await page.Button("Close").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync($"Close {Image}, local?");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Badge(Image, "local")).ToHaveTextAsync("Closed");
        await page.Button("Close panel").ClickAsync();

        await page.OpenDetailsAsync("user", "local");
        await Expect(page.Details).ToContainTextAsync($"Handle:0{Image}");

        (await page.Page.EvaluateAsync<bool>("'wasHacked' in window")).ShouldBeFalse();
        (await page.Page.Locator("img, script:not([src])").CountAsync()).ShouldBe(0);
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_VeryLongNames_StayWithinThePage()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.FailAsync(new string('x', 300), times: 10);
        await host.SucceedAsync("a service with a name of many words that goes on and on and on until nobody reads it any more");
        await using WatchedPage page = await browser.OpenAsync(host, View.Narrow);

        await Expect(page.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        (await page.WidthAsync()).ShouldBeLessThanOrEqualTo(View.Narrow.Width);
    }
}
