using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Everything without a mouse.</summary>
public sealed class KeyboardTests(BrowserFixture browser)
{
    private const string IsFocusVisible = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";

    [Fact]
    public async Task Tab_FromTheTop_GoesThroughThePageInTheOrderOfReading()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync("auth");
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host);

        foreach (string expected in (string[])["Skip to the services", "Theme", "user, localOpen", "auth, local: details", "user, local: details", "Timeline"])
        {
            await page.Page.Keyboard.PressAsync("Tab");
            (await FocusedAsync(page)).ShouldStartWith(expected);
            (await page.Page.EvaluateAsync<bool>(IsFocusVisible)).ShouldBeTrue(expected);
        }
    }

    [Fact]
    public async Task Isolate_ByKeysAlone_Works()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        IKeyboard keys = page.Page.Keyboard;

        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(page.Details.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(page.Button("Close panel")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await Expect(page.Button("Isolate")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await keys.TypeAsync("by hand");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");

        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Isolated");
        await Expect(page.Button("Isolate")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Details).ToBeHiddenAsync();
        (await FocusedAsync(page)).ShouldBe("user, local: details");
        host.Control.History.ShouldHaveSingleItem().Reason.ShouldBe("by hand");
    }

    [Fact]
    public async Task Escape_FromTheQuestion_ClosesItAloneAndChangesNothing()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        await page.OpenDetailsAsync("user", "local");
        await page.Button("Isolate").PressAsync("Enter");

        await page.Page.Keyboard.PressAsync("Escape");

        await Expect(page.Dialog).ToBeHiddenAsync();
        await Expect(page.Details).ToBeVisibleAsync();
        await Expect(page.Button("Isolate")).ToBeFocusedAsync();
        host.Control.History.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Tab")]
    [InlineData("Shift+Tab")]
    public async Task Tab_InADialog_StaysInIt(string key)
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        await page.OpenDetailsAsync("user", "local");
        await page.Button("Isolate").ClickAsync();
        var visited = new HashSet<string>(StringComparer.Ordinal);

        for (int i = 0; i < 12; i++)
        {
            await page.Page.Keyboard.PressAsync(key);
            visited.Add(await page.Page.EvaluateAsync<string>(
                "document.activeElement === document.body ? 'nothing' : document.activeElement.closest('dialog')?.id ?? document.activeElement.outerHTML"));
        }

        // Between the last stop and the first one lies the browser's own bar.
        visited.Except(["confirm", "nothing"]).ShouldBeEmpty();
        visited.ShouldContain("confirm");
    }

    private static Task<string> FocusedAsync(WatchedPage page) => page.Page.EvaluateAsync<string>(
        """
        () => {
          const element = document.activeElement;
          return element.getAttribute("aria-label")
            ?? (element.labels?.[0] ?? document.getElementById(element.getAttribute("aria-labelledby")) ?? element).textContent.trim();
        }
        """);
}
