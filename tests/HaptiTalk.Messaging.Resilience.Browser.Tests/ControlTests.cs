using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Isolating, closing and resetting from the page.</summary>
public sealed class ControlTests(BrowserFixture browser)
{
    [Fact]
    public async Task Isolate_Confirmed_OpensTheCircuitAndThePageFollowsWithoutAReload()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);
        await page.Page.EvaluateAsync("window.isStillThisPage = true");

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Isolate").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Isolate user, local?");
        await Expect(page.Dialog).ToContainTextAsync("Closed → Isolated");
        await Expect(page.Dialog.Locator(".before-after strong")).ToHaveAttributeAsync("data-state", "ISOLATED");
        await Expect(page.Dialog.Locator(".before-after span")).ToHaveAttributeAsync("data-state", "CLOSED");
        await page.Dialog.GetByLabel("Reason, for the log (optional)").FillAsync("the database is gone");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(page.Dialog).ToBeHiddenAsync();
        await Expect(page.Details.GetByText("user, local: isolated.")).ToBeVisibleAsync();
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Isolated");
        await Expect(page.Details.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "anna: isolate" })).ToContainTextAsync("the database is gone");
        CircuitStateOf(host).ShouldBe(CircuitState.Isolated);
        await Should.ThrowAsync<CircuitOpenRejectedException>(host.SucceedAsync());
        (await page.Page.EvaluateAsync<bool>("window.isStillThisPage")).ShouldBeTrue();
        page.ShouldBeClean();
    }

    [Theory]
    [InlineData("Close")]
    [InlineData("Reset")]
    public async Task DisableAndEnd_OpenCircuit_SaysWhatOpenedItRunsEverythingAndCloses(string action)
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await Expect(page.Details.Locator(".cause")).ToContainTextAsync("Opened by System.TimeoutException");
        await page.Button("Disable").ClickAsync();
        await page.Dialog.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("1 hour");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Disabled");
        await Expect(page.Details.Locator(".situation").First).ToContainTextAsync("closes in ");
        await host.FailAsync(times: 4);
        CircuitStateOf(host).ShouldBe(CircuitState.Disabled);

        await page.Button(action).ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = action }).ClickAsync();

        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Closed");
        CircuitStateOf(host).ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Isolate_CalledOff_ChangesNothing()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Isolate").ClickAsync();
        await page.Button("Cancel").ClickAsync();

        await Expect(page.Dialog).ToBeHiddenAsync();
        host.Control.History.ShouldBeEmpty();
    }

    [Fact]
    public async Task Isolate_HostRefusesMeanwhile_SaysWhyInTheDialog()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Isolate").ClickAsync();
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.Context.AddCookiesAsync([new() { Name = CookieAuthentication.Cookie, Value = "bob", Url = host.Origin }]);
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Isolate" }).ClickAsync();

        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync(MessagingResilienceEndpointOptions.DefaultControlPolicy);
        CircuitStateOf(host).ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Page_SomebodyWhoMayOnlyLook_HasNoControlsAndIsToldWhy()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: "bob");

        await Expect(page.Page.Locator("#access")).ToHaveTextAsync("Read only");
        await page.OpenDetailsAsync("user", "local");
        foreach (string name in (string[])["Isolate", "Disable", "Close", "Reset", "Change values"])
            await Expect(page.Button(name)).ToBeDisabledAsync();
        await Expect(page.Button("Isolate")).ToHaveAccessibleDescriptionAsync(
            "You can read but not make changes. You do not satisfy the authorization policy 'MessagingResilience.Control'.");

        int status = await page.Page.EvaluateAsync<int>(
            """
            async () => (await fetch("resilience/breakers/user/isolate",
              { method: "POST", headers: { "Content-Type": "application/json", "X-Resilience": "1" }, body: "{}" })).status
            """);

        status.ShouldBe(403);
        CircuitStateOf(host).ShouldBe(CircuitState.Closed);
        page.ShouldBeClean();
    }

    private static CircuitState CircuitStateOf(PageHost host) => host.Resilience.GetSnapshot().Single().CircuitState;
}
