using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What somebody sees who opens the page.</summary>
public sealed class OverviewTests(BrowserFixture browser)
{
    [Fact]
    public async Task Page_NothingRun_SaysSo()
    {
        await using PageHost host = await PageHost.StartAsync();
        await using WatchedPage page = await browser.OpenAsync(host);

        await Expect(page.Page.Locator("#headline")).ToHaveTextAsync("No service has run anything yet");
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_Services_HaveARowWithTheirNumbers()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync("auth");
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);

        await Expect(page.Badge("auth", "local")).ToHaveTextAsync("Closed");
        await Expect(page.Row("user", "local").GetByRole(AriaRole.Cell).Nth(7)).ToHaveTextAsync("0/30");
        await Expect(page.Page.Locator("#headline")).ToHaveTextAsync("All 2 circuits are closed");
        await Expect(page.Page.Locator("#host")).ToHaveTextAsync("Staging · revision 1");
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_CallsWhileItIsLookedAt_ShowsTheirSharesAndWhatRuns()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        var end = new TaskCompletionSource();
        Task running = host.Resilience.For("user").ExecuteAsync(_ => end.Task, cancellationToken: TestContext.Current.CancellationToken).AsTask();
        await Expect(Cell(page, "Running")).ToHaveTextAsync("1/30");
        end.SetResult();
        await running;

        for (int i = 0; i < 2; i++)
            await host.SucceedAsync();
        await host.FailAsync();

        await Expect(Cell(page, "Success")).ToHaveTextAsync("80.0 %");
        await Expect(Cell(page, "Fallback")).ToHaveTextAsync("0 %");
        await Expect(Cell(page, "Rejected")).ToHaveTextAsync("0 %");
        await Expect(Cell(page, "Running")).ToHaveTextAsync("0/30");
        await Expect(page.Row("user", "local")).ToContainTextAsync("1 failure");

        await host.FailAsync(times: 2);
        await Should.ThrowAsync<CircuitOpenRejectedException>(host.SucceedAsync());
        await Should.ThrowAsync<CircuitOpenRejectedException>(host.SucceedAsync());
        await Expect(Cell(page, "Rejected")).ToHaveTextAsync("22.2 %");
    }

    [Fact]
    public async Task Page_CallsBeforeItIsOpened_ShowsTheirSharesAtOnce()
    {
        await using PageHost host = await PageHost.StartAsync();
        for (int i = 0; i < 3; i++)
            await host.SucceedAsync();
        await host.FailAsync();

        await using WatchedPage page = await browser.OpenAsync(host);

        await Expect(Cell(page, "Success")).ToHaveTextAsync("75.0 %");
        await Expect(page.Page.Locator("#totals")).ToContainTextAsync("Success75.0 %");
    }

    [Fact]
    public async Task Page_OperationsWithNumbersInTheirNames_StandInTheOrderOfTheNumbers()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);

        await page.ChangeOverviewAsync(static overview => MultiplyRows(overview, "step10", "step9", "step1"));

        await Expect(page.Page.Locator("#services-table .operation")).ToHaveTextAsync(["step1", "step9", "step10"]);
    }

    [Fact]
    public async Task Page_CircuitOpensWhileItIsLookedAt_ShowsAndSaysItWithoutAReload()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.Page.EvaluateAsync("window.isStillThisPage = true");

        await host.FailAsync(times: 3);

        await Expect(page.Badge("user", "local")).ToHaveTextAsync("Open");
        await Expect(page.Row("user", "local")).ToContainTextAsync("probe in");
        await Expect(page.Announcer).ToContainTextAsync("user, local: circuit open, probe in");
        await Expect(page.Page.Locator("#headline")).ToHaveTextAsync("1 open of 1 circuit");
        await Expect(page.Page).ToHaveTitleAsync("1 not closed – Resilience");
        await Expect(page.Timeline.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("Circuit opened 3 failures in a row; probe after 30 s");
        (await page.Page.EvaluateAsync<bool>("window.isStillThisPage")).ShouldBeTrue();
        page.ShouldBeClean();
    }

    [Fact]
    public async Task Page_CircuitOpensWhileDetailsAreOpen_IsSaidWithinThem()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync("auth");
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        await page.OpenDetailsAsync("auth", "local");

        await host.FailAsync(times: 3);

        // Outside of an open dialog nothing is said.
        await Expect(page.Details.Locator("#announcer")).ToContainTextAsync("user, local: circuit open");
        await page.Button("Close panel").ClickAsync();
        host.Control.Close(new("user"), by: "somebody");
        await Expect(page.Page.Locator("body > #announcer")).ToContainTextAsync("user, local: circuit closed");
    }

    [Fact]
    public async Task Page_EndpointsThatTakeNoMessages_StandOnTop()
    {
        await using PageHost host = await PageHost.StartAsync();
        await using WatchedPage page = await browser.OpenAsync(host);

        // Such an endpoint needs a broker and twenty minutes; what the host says of it is tested there.
        await page.ChangeOverviewAsync(static overview => overview["pausedEndpoints"] = JsonNode.Parse(
            """[{ "endpoint": "rabbitmq://broker/feedback", "service": "feedback", "state": "PAUSED", "since": "2026-01-01T00:00:00Z", "reason": "The circuit did not close." }]"""));

        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Endpoints that take no messages" }))
            .ToContainTextAsync("rabbitmq://broker/feedback of feedback, since");
    }

    [Fact]
    public async Task Page_BrokerLostWhileEveryCircuitIsClosed_IsNotGreen()
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await using WatchedPage page = await browser.OpenAsync(host);
        ILocator headline = page.Page.Locator("#headline");
        await Expect(headline).ToHaveAttributeAsync("data-state", "CLOSED");

        await page.ChangeOverviewAsync(static overview => overview["lostBrokers"] = JsonNode.Parse(
            """[{ "broker": "rabbitmq:5672/", "since": "2026-01-01T00:00:00Z", "reason": "the connection ended" }]"""));

        await Expect(headline).ToHaveTextAsync("The circuit is closed, but see above");
        await Expect(headline).Not.ToHaveAttributeAsync("data-state", "CLOSED");
    }

    [Theory]
    [InlineData("brokerLost", "OPEN")]
    [InlineData("brokerBack", "CLOSED")]
    [InlineData("endpointPaused", "HALF_OPEN")]
    [InlineData("profileReloadFailed", "OPEN")]
    public async Task Timeline_WhatIsWrongAndWhatIsRightAgain_HasTheColourOfIt(string type, string state)
    {
        await using PageHost host = await PageHost.StartAsync();
        await using WatchedPage page = await browser.OpenAsync(host);

        await page.Page.RouteAsync("**/resilience/events*", route => route.FulfillAsync(new()
        {
            ContentType = "text/event-stream",
            Body = $"id: 1\nevent: {type}\ndata: {{ \"time\": \"2026-01-01T00:00:00Z\", \"broker\": \"rabbitmq\", \"endpoint\": \"user\" }}\n\n",
        }));
        await page.Page.ReloadAsync();

        await Expect(page.Timeline.Locator(".event")).ToHaveAttributeAsync("data-state", state);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(800)]
    [InlineData(1280)]
    [InlineData(1920)]
    public async Task Page_ManyOperationsWithLongNames_FitsItsWindow(int width)
    {
        await using PageHost host = await PageHost.StartAsync();
        await host.SucceedAsync();
        await host.FailAsync(times: 3);
        await using WatchedPage page = await browser.OpenAsync(host, new View(width, 900, IsDark: false));

        await page.ChangeOverviewAsync(static overview => MultiplyRows(
            overview, [.. Enumerable.Range(1, 20).Select(static number => $"recalculateTheMonthlyStatisticsOfEveryUser{number}")]));

        await Expect(page.Page.Locator("#services-table .operation")).ToHaveCountAsync(20);
        (await page.WidthAsync()).ShouldBeLessThanOrEqualTo(width);
    }

    private static void MultiplyRows(JsonNode overview, params string[] operations)
    {
        JsonNode row = overview["services"]![0]!;
        overview["services"] = new JsonArray([.. operations.Select(operation =>
        {
            JsonNode copy = row.DeepClone();
            copy["operation"] = operation;
            return copy;
        })]);
    }

    private static ILocator Cell(WatchedPage page, string column) => page.Row("user", "local").Locator($"[data-label={column}]");
}
