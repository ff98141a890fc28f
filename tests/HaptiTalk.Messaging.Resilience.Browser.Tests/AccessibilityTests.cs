using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>For people who see little, hear the page, or get dizzy from what moves; on every width and in both themes.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    // Each width and each theme once: what a theme colours has no width, and what a width moves has no colour.
    public static TheoryData<int, bool> Views => new() { { 1920, false }, { 400, true } };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Page_EveryState_HasNothingThatAxeObjectsTo(int width, bool isDark)
    {
        await using PageHost host = await PageHost.StartAsync();
        await ShowEverythingAsync(host);
        await using WatchedPage page = await browser.OpenAsync(host, View.Of(width, isDark), PageHost.Operator);
        await Expect(page.Page.Locator("#problems")).ToBeVisibleAsync();
        await Expect(page.Badge("report", "local")).ToHaveTextAsync("Isolated");
        await ShouldPassAsync(page, "overview");

        await page.OpenDetailsAsync("user", "local");
        await ShouldPassAsync(page, "details");
        await page.Button("Isolate").ClickAsync();
        await ShouldPassAsync(page, "question");
        await page.Button("Cancel").ClickAsync();
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Form_WithErrorsAndWithADifference_HasNothingThatAxeObjectsTo(int width, bool isDark)
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, View.Of(width, isDark), PageHost.Operator);
        await page.OpenDetailsAsync("user", "local");
        await page.Button("Change values").ClickAsync();

        await page.Page.GetByLabel("Retry:MaxRetries").FillAsync("none");
        await page.Button("Review changes").ClickAsync();
        await Expect(page.Page.GetByLabel("Retry:MaxRetries")).ToHaveAttributeAsync("aria-invalid", "true");
        await ShouldPassAsync(page, "errors");

        await page.Page.GetByLabel("Retry:MaxRetries").FillAsync("1");
        await page.Button("Review changes").ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        await ShouldPassAsync(page, "difference");
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Page_EveryWidth_DoesNotScrollSideways(int width, bool isDark)
    {
        await using PageHost host = await PageHost.StartAsync();
        await ShowEverythingAsync(host);
        await using WatchedPage page = await browser.OpenAsync(host, View.Of(width, isDark), PageHost.Operator);
        await Expect(page.Page.Locator("#problems")).ToBeVisibleAsync();

        (await page.WidthAsync()).ShouldBeLessThanOrEqualTo(width);
        await page.OpenDetailsAsync("user", "local");
        await page.Button("Change values").ClickAsync();
        (await page.Details.EvaluateAsync<int>("panel => panel.scrollWidth - panel.clientWidth")).ShouldBe(0);
        await page.Page.GetByLabel("Retry:MaxRetries").FillAsync("2");
        await page.Button("Review changes").ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        (await page.Dialog.EvaluateAsync<int>("dialog => dialog.scrollWidth - dialog.clientWidth")).ShouldBe(0);
        (await page.Dialog.EvaluateAsync<double>("dialog => dialog.getBoundingClientRect().right")).ShouldBeLessThanOrEqualTo(width);
    }

    [Fact]
    public async Task Page_LessMotion_MovesNothing()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.OpenDetailsAsync("user", "local");

        (await AnimationAsync(page)).ShouldBe("none");
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        (await AnimationAsync(page)).ShouldBe("arrive");
    }

    [Fact]
    public async Task Theme_Chosen_StaysOverAReload()
    {
        await using PageHost host = await PageHost.StartAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        string light = await GroundAsync(page);

        await page.Page.GetByLabel("Theme").SelectOptionAsync("dark");
        string dark = await GroundAsync(page);
        await page.Page.ReloadAsync();

        dark.ShouldNotBe(light);
        (await GroundAsync(page)).ShouldBe(dark);
        await Expect(page.Page.GetByLabel("Theme")).ToHaveValueAsync("dark");
        await page.Page.GetByLabel("Theme").SelectOptionAsync("system");
        (await GroundAsync(page)).ShouldBe(light);
    }

    [Fact]
    public async Task Table_OnANarrowScreen_IsStillATable()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, View.Narrow);

        ILocator table = page.Page.GetByRole(AriaRole.Table, new() { Name = "Services" });
        await Expect(table.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(10);
        await Expect(table.GetByRole(AriaRole.Rowheader)).ToHaveCountAsync(1);
        await Expect(table.GetByRole(AriaRole.Cell)).ToHaveCountAsync(9);
    }

    private static async Task ShowEverythingAsync(PageHost host)
    {
        await host.SucceedAsync("auth");
        await host.FailAsync(times: 3);
        await host.SucceedAsync("report");
        host.Control.Isolate(new("report"), by: "somebody");
        await host.SucceedAsync("session");
        host.Control.Disable(new("session"), TimeSpan.FromHours(1), by: "somebody");
        host.Control.Change("user", new Dictionary<string, string?>(StringComparer.Ordinal) { ["Retry:MaxRetries"] = "4" }, "somebody");
        host.Configuration["Resilience:Profiles:user:Timeout:DefaultTimeout"] = "soon";
        host.Configuration.Reload();
    }

    internal static async Task ShouldPassAsync(WatchedPage page, string state)
    {
        AxeResult result = await page.Page.RunAxe();

        result.Passes.ShouldNotBeEmpty();
        result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Target} {node.Html}")).ShouldBeEmpty(state);
    }

    private static Task<string> AnimationAsync(WatchedPage page) => page.Details.EvaluateAsync<string>("panel => getComputedStyle(panel).animationName");

    private static Task<string> GroundAsync(WatchedPage page) => page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
