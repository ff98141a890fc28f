using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Looking at settings and changing them from the page.</summary>
public sealed class SettingsTests(BrowserFixture browser)
{
    private const string Retries = "Retry:MaxRetries";
    private const string Total = "Timeout:DefaultTimeout";

    [Fact]
    public async Task Settings_OfAService_HaveValueAndOrigin()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.OpenDetailsAsync("user", "local");

        await Expect(Setting(page, "FailureThreshold")).ToContainTextAsync("3Resilience:Profiles:user:CircuitBreaker:FailureThreshold");
        await Expect(Setting(page, "ResetTimeout")).ToContainTextAsync("00:00:3030 sResilience:Profiles:user:CircuitBreaker:ResetTimeout");
        await Expect(Setting(page, "HalfOpenMaxCalls")).ToContainTextAsync("3shipped:Profiles:user:CircuitBreaker:HalfOpenMaxCalls");
    }

    [Fact]
    public async Task Settings_OfAServiceWhoseAnswerComesLate_AreNotShownUnderTheNext()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync("auth");
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        var isWanted = new TaskCompletionSource();
        var isAnswered = new TaskCompletionSource();
        await page.Page.RouteAsync("**/profiles/auth*", async route =>
        {
            await isWanted.Task;
            await route.ContinueAsync();
            isAnswered.SetResult();
        });

        await page.OpenDetailsAsync("auth", "local");
        await page.Button("Close panel").ClickAsync();
        await page.OpenDetailsAsync("user", "local");
        await Expect(Setting(page, "FailureThreshold")).ToContainTextAsync("Resilience:Profiles:user:");
        Task<IResponse> late = page.Page.WaitForResponseAsync(response => response.Url.Contains("/profiles/auth", StringComparison.Ordinal));
        isWanted.SetResult();
        await isAnswered.Task;
        await (await late).FinishedAsync();
        // What the answer leads to has run when this has: it is asked for later.
        await page.Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");

        await Expect(Setting(page, "FailureThreshold")).ToContainTextAsync("Resilience:Profiles:user:");
    }

    [Fact]
    public async Task Settings_OfAnOperationWhoseAnswerComesLate_AreNotShownUnderTheNextChoice()
    {
        await using PageHost host = await PageHost.StartAsync();
        host.Configuration["Resilience:Profiles:user:Operations:slow:CircuitBreaker:FailureThreshold"] = "7";
        host.Configuration.Reload();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        var isWanted = new TaskCompletionSource();
        await page.Page.RouteAsync("**/profiles/user?operation=slow", async route =>
        {
            await isWanted.Task;
            await route.ContinueAsync();
        });

        await page.OpenDetailsAsync("user", "local");
        await Expect(Setting(page, "FailureThreshold")).ToContainTextAsync("3Resilience:");
        ILocator scope = page.Details.Locator(".scope select");
        await scope.SelectOptionAsync("slow");
        await scope.SelectOptionAsync("");
        Task<IResponse> late = page.Page.WaitForResponseAsync(response => response.Url.Contains("operation=slow", StringComparison.Ordinal));
        isWanted.SetResult();
        await (await late).FinishedAsync();
        await page.Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");

        await Expect(Setting(page, "FailureThreshold")).ToContainTextAsync("3Resilience:");
    }

    [Fact]
    public async Task Change_Confirmed_ShowsTheDifferenceFirstAndIsInForceAfterwards()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Change values").ClickAsync();
        await page.Page.GetByLabel(Retries).FillAsync("2");
        await page.Page.GetByLabel(Total).FillAsync("00:00:02");
        await page.Button("Review changes").ClickAsync();

        await Expect(page.Dialog.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await Expect(page.Dialog.GetByRole(AriaRole.Row).Filter(new() { HasText = Retries })).ToHaveTextAsync(
            "Retry:MaxRetries0Resilience:Profiles:user:Retry:MaxRetries2override:Retry:MaxRetries");
        host.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(0);
        await page.Dialog.GetByLabel("Reason, for the log (optional)").FillAsync("it is slow tonight");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();

        await Expect(page.Details.GetByText("user: 2 settings changed.")).ToBeVisibleAsync();
        await Expect(Setting(page, "MaxRetries")).ToContainTextAsync("2override:Retry:MaxRetries");
        host.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(2);
        host.Resilience.Describe("user").Profile.Timeout.DefaultTimeout.ShouldBe(TimeSpan.FromSeconds(2));
        ControlChange change = host.Control.History.ShouldHaveSingleItem();
        (change.By, change.Reason).ShouldBe((PageHost.Operator, "it is slow tonight"));
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Change_WrongValues_SaysAtEachFieldWhatTheServerHasAgainstIt()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button("Change values").ClickAsync();
        await page.Page.GetByLabel(Retries).FillAsync("1000");
        await page.Page.GetByLabel(Total).FillAsync("2 seconds");
        await page.Button("Review changes").ClickAsync();

        await Expect(page.Page.GetByLabel(Retries)).ToBeFocusedAsync();
        await Expect(page.Page.GetByLabel(Retries)).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Page.GetByLabel(Retries)).ToHaveAccessibleDescriptionAsync("is out of range; allowed: 0 to 100.");
        await Expect(page.Page.GetByLabel(Total)).ToHaveAccessibleDescriptionAsync(
            "is not a duration such as 00:00:05 (hours:minutes:seconds); allowed: 00:00:00.001 to 1.00:00:00.");
        await Expect(page.Dialog).ToBeHiddenAsync();

        // What is right again loses its message, what is still wrong keeps it.
        await page.Page.GetByLabel(Total).FillAsync("00:00:02");
        await page.Button("Review changes").ClickAsync();
        await Expect(page.Page.GetByLabel(Total)).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Page.GetByLabel(Retries)).ToHaveAttributeAsync("aria-invalid", "true");
        host.Control.History.ShouldBeEmpty();
        page.ShouldBeClean();
    }

    [Fact]
    public async Task TakeBack_ValueSetByHand_IsAsConfiguredAgain()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        host.Control.Change("user", new Dictionary<string, string?>(StringComparer.Ordinal) { [Retries] = "7" }, "somebody");
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Button($"Take {Retries} back").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();

        await Expect(page.Details.GetByText("user: Retry:MaxRetries is as configured.")).ToBeVisibleAsync();
        await Expect(Setting(page, "MaxRetries")).ToContainTextAsync("0Resilience:Profiles:user:Retry:MaxRetries");
        host.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(0);
    }

    [Fact]
    public async Task Change_OfOneOperation_LeavesTheServiceAlone()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        host.Control.Change("user", new Dictionary<string, string?>(StringComparer.Ordinal) { ["Operations:getUserProfile:Retry:MaxRetries"] = "5" }, "somebody");
        await using WatchedPage page = await browser.OpenAsync(host, user: PageHost.Operator);

        await page.OpenDetailsAsync("user", "local");
        await page.Page.GetByLabel("Settings of").SelectOptionAsync("getUserProfile");
        await Expect(Setting(page, "MaxRetries")).ToContainTextAsync("5override:");
        await page.Button("Change values").ClickAsync();
        await page.Page.GetByLabel(Retries).FillAsync("6");
        await page.Button("Review changes").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();

        await Expect(page.Details.GetByText("user, getUserProfile: 1 setting changed.")).ToBeVisibleAsync();
        host.Resilience.Describe("user", "getUserProfile").Profile.Retry.MaxRetries.ShouldBe(6);
        host.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(0);
    }

    [Fact]
    public async Task Settings_ChangedBySomebodyElse_FollowWithoutAReload()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.OpenDetailsAsync("user", "local");
        await Expect(Setting(page, "MaxRetries")).ToContainTextAsync("0Resilience:");

        host.Control.Change("user", new Dictionary<string, string?>(StringComparer.Ordinal) { [Retries] = "4" }, "somebody");

        await Expect(Setting(page, "MaxRetries")).ToContainTextAsync("4override:Retry:MaxRetries");
    }

    [Fact]
    public async Task Page_ConfigurationThatWasNotApplied_StandsOnTop()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        ILocator problems = page.Page.GetByRole(AriaRole.Region, new() { Name = "A changed configuration was not applied" });
        await Expect(problems).ToBeHiddenAsync();

        host.Configuration["Resilience:Profiles:user:Retry:MaxRetries"] = "-1";
        host.Configuration.Reload();

        await Expect(problems).ToBeVisibleAsync();
        await Expect(problems).ToContainTextAsync("Resilience:Profiles:user:Retry:MaxRetries = '-1' is out of range; allowed: 0 to 100.");
        await Expect(page.Timeline).ToContainTextAsync("Configuration not applied");

        host.Configuration["Resilience:Profiles:user:Retry:MaxRetries"] = "1";
        host.Configuration.Reload();
        await Expect(problems).ToBeHiddenAsync();
    }

    private static ILocator Setting(WatchedPage page, string name) => page.Details.GetByRole(AriaRole.Row).Filter(new()
    {
        Has = page.Page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }),
    });
}
