using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What the page does when the host does not answer.</summary>
public sealed partial class ConnectionTests(BrowserFixture browser)
{
    [Fact]
    public async Task Page_HostStoppedAndStartedAgain_SaysSoAndComesBackByItself()
    {
        PageHost first = await PageHost.StartAsync();
        string address = first.Origin;
        await first.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(first);
        await page.Page.EvaluateAsync("window.isStillThisPage = true");
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Open");

        await first.DisposeAsync();
        await Expect(page.Connection).ToHaveTextAsync(OldData());
        await Expect(page.Page.Locator("#lost")).ToContainTextAsync("has not answered since");
        await Expect(page.Announcer).ToContainTextAsync("has not answered since");
        await Expect(page.Page.Locator("body")).ToHaveClassAsync("stale");
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Open");

        await using PageHost second = await PageHost.StartAsync(address);
        await second.SucceedAsync("auth");
        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.Announcer).ToHaveTextAsync("Connected again.");
        await Expect(page.Page.Locator("body")).Not.ToHaveClassAsync("stale");
        await Expect(page.Page.Locator("#lost")).ToBeHiddenAsync();
        await Expect(page.Badge("auth", "local")).ToHaveTextAsync("Closed");
        await Expect(page.Row("user", "local")).ToHaveCountAsync(0);

        await second.FailAsync(times: 3);
        await Expect(page.Timeline.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("Circuit opened");
        await Expect(page.Timeline.GetByRole(AriaRole.Listitem)).ToContainTextAsync(["Circuit opened", "what was here is not known", "Circuit opened"]);
        (await page.Page.EvaluateAsync<bool>("window.isStillThisPage")).ShouldBeTrue();
    }

    [Fact]
    public async Task Page_OpenedAfterwards_KnowsWhatHasHappened()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host);

        await Expect(page.Timeline.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await Expect(page.Timeline).ToContainTextAsync("Circuit opened");
    }

    [Fact]
    public async Task Page_EventsAreAnsweredWithAnError_ConnectsThemAgain()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        bool isRefused = true;
        await page.Page.RouteAsync("**/resilience/events*", route => isRefused ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        await page.Page.ReloadAsync();
        await Expect(page.Connection).ToHaveTextAsync("Live, events connecting");

        isRefused = false;
        await host.FailAsync(times: 3);

        await Expect(page.Connection).ToHaveTextAsync("Live");
        await Expect(page.Timeline).ToContainTextAsync("Circuit opened");
    }

    [Fact]
    public async Task Page_Hidden_AsksNothingUntilItIsSeenAgain()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.Page.Clock.InstallAsync();
        await page.Page.ReloadAsync();
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Closed");
        int asked = 0;
        page.Page.Request += (_, request) => asked += request.Url.EndsWith("/overview", StringComparison.Ordinal) ? 1 : 0;

        await SetHiddenAsync(page, isHidden: true);
        await page.Page.Clock.RunForAsync(60_000);
        int whileHidden = asked;
        await SetHiddenAsync(page, isHidden: false);
        await host.FailAsync(times: 3);
        await page.Page.Clock.RunForAsync(2_000);

        // At most the question that was on its way.
        whileHidden.ShouldBeLessThanOrEqualTo(1);
        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Open");
    }

    [Fact]
    public async Task Countdown_OfAnOpenCircuit_GoesDownEachSecond()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host);
        ILocator situation = page.Row("user", "local").Locator(".situation");

        int seconds = int.Parse(Digits().Match(await situation.InnerTextAsync()).Value);

        await Expect(situation).ToHaveTextAsync($"probe in {seconds - 1} s");
        await Expect(situation).ToHaveTextAsync($"probe in {seconds - 2} s");
    }

    private static Task SetHiddenAsync(WatchedPage page, bool isHidden) => page.Page.EvaluateAsync(
        """
        isHidden => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }
        """,
        isHidden);

    [GeneratedRegex(@"^Reconnecting, data \d+ s old$", RegexOptions.None, 1000)]
    private static partial Regex OldData();

    [GeneratedRegex(@"\d+", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
