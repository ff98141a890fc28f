namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a reload has taken away is not shown for ever.</summary>
public sealed class RemovedProfileTests
{
    private const string Billing = "Profiles:billing:Retry:MaxRetries=0";

    [Fact]
    public async Task Gauges_ProfileRemoved_ShowTheOthersAlone()
    {
        using TestResilience test = TestResilience.With(Billing);
        await BillAsync(test);
        await test.RunAsync(test.Work().Answers());
        string[] before = Services(test, "circuit_breaker_state");
        test.Settings.Replace();

        before.ShouldBe(["billing", "user"], ignoreOrder: true);
        foreach (string gauge in new[] { "circuit_breaker_state", "bulkhead_queue_size", "bulkhead_active_calls" })
            Services(test, gauge).ShouldBe(["user"]);
    }

    [Fact]
    public async Task Gauges_RemovedProfileStillCalled_ShowIt()
    {
        using TestResilience test = TestResilience.With(Billing);
        await BillAsync(test);
        test.Settings.Replace();
        await BillAsync(test);
        test.Settings.Replace("Profiles:auth:Retry:MaxRetries=1");

        Services(test, "circuit_breaker_state").ShouldBe(["billing"]);
    }

    [Fact]
    public async Task Gauges_RemovedProfileComesBack_ShowItsStateOfBefore()
    {
        using TestResilience test = TestResilience.With(Billing);
        await BillAsync(test);
        test.Control.Isolate(new("billing"), "test");
        test.Settings.Replace();
        test.Settings.Replace(Billing);

        test.Measured.Read("circuit_breaker_state").Single().ShouldBe(new("circuit_breaker_state", 3, "operation=execute,service=billing,side=local"));
    }

    [Fact]
    public async Task Gauges_ProfileRemovedWhileACallRuns_ShowItUntilItEnds()
    {
        using TestResilience test = TestResilience.With(Billing);
        var end = new TaskCompletionSource<string>();
        Task<string> running = BillAsync(test, test.Work().WaitsFor(end));
        test.Settings.Replace();
        string[] during = Services(test, "bulkhead_active_calls");
        end.SetResult("paid");
        await running;

        during.ShouldBe(["billing"]);
        Services(test, "bulkhead_active_calls").ShouldBeEmpty();
    }

    [Fact]
    public async Task Gauges_ServiceWithoutAProfileFromTheBeginning_ShowItAfterAnyReload()
    {
        using TestResilience test = TestResilience.With(Billing);
        await test.Resilience.For("unheard-of").ExecuteAsync(test.Work().Answers().RunAsync, cancellationToken: TestContext.Current.CancellationToken);
        test.Settings.Replace();

        Services(test, "circuit_breaker_state").ShouldBe(["unheard-of"]);
    }

    private static Task<string> BillAsync(TestResilience test, ScriptedWork? work = null) =>
        test.Resilience.For("billing").ExecuteAsync((work ?? test.Work().Answers()).RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask();

    private static string[] Services(TestResilience test, string gauge) =>
        [.. test.Measured.Read(gauge).Select(measured => measured.Tags.Split("service=")[1].Split(',')[0])];
}
