using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Where and how a host can offer the page.</summary>
public sealed class HostingTests(BrowserFixture browser)
{
    [Fact]
    public async Task Page_UnderAPathBase_IsWhole()
    {
        await using PageHost host = await PageHost.StartAsync(pathBase: "/ops/one");
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Close").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Closed");
        await Expect(page.Timeline).ToContainTextAsync("Circuit closed");
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_AddressWithASlashAtTheEnd_IsWholeToo()
    {
        await using PageHost host = await PageHost.StartAsync(pathBase: "/ops");
        await using WatchedPage page = await browser.OpenAsync(host);

        await page.GoToAsync(host.Address + "/");

        page.Page.Url.ShouldBe(host.Address);
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_BehindAuthorization_WorksForThoseWhoAreSignedIn()
    {
        await using PageHost host = await PageHost.StartAsync(isClosed: true);
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Closed");
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_SessionEnds_SaysThatOneHasToSignIn()
    {
        await using PageHost host = await PageHost.StartAsync(isClosed: true);
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.Page.Context.ClearCookiesAsync();

        await Expect(page.Connection).ToHaveTextAsync("Not allowed");
        await Expect(page.Page.Locator("#lost")).ToHaveTextAsync("You are not signed in. Reload the page to sign in again.");
    }
}
