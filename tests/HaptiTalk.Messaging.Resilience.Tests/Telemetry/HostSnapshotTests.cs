namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What holds for the whole process, as everybody may read it.</summary>
public sealed class HostSnapshotTests
{
    [Fact]
    public void GetHostSnapshot_NothingIsWrong_HasTheProfilesInTheirOrder()
    {
        using TestResilience test = TestResilience.With("ShippedProfiles=false", "Profiles:user:Retry:MaxRetries=1", "Profiles:auth:Retry:MaxRetries=1");
        HostSnapshot host = test.Resilience.GetHostSnapshot();

        host.Profiles.ShouldBe(["auth", "user"]);
        (host.Revision, host.PendingSince).ShouldBe((1, null));
        (host.PendingProblems.Count, host.PausedEndpoints.Count, host.LostBrokers.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void GetHostSnapshot_ReloadRefused_SaysWhatIsPendingUntilItIsMended()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        test.Resilience.GetHostSnapshot();
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        DateTimeOffset refusedAt = test.Clock.GetUtcNow();
        test.ReloadProfile("Retry:MaxRetries=many");
        test.Clock.Advance(TimeSpan.FromSeconds(1));
        HostSnapshot pending = test.Resilience.GetHostSnapshot();
        test.ReloadProfile("Retry:MaxRetries=2");
        HostSnapshot mended = test.Resilience.GetHostSnapshot();

        pending.PendingProblems.ShouldHaveSingleItem().Path.ShouldBe("Resilience:Profiles:user:Retry:MaxRetries");
        (pending.PendingSince, pending.Revision).ShouldBe((refusedAt, 1));
        (mended.PendingProblems.Count, mended.PendingSince, mended.Revision).ShouldBe((0, null, 2));
    }

    [Theory]
    [InlineData(0, false, PausedEndpointState.Paused, "did not close while messages were held for 00:02:00")]
    [InlineData(2, false, PausedEndpointState.Aside, "others consumed its queue: 2.")]
    [InlineData(0, true, PausedEndpointState.Stuck, "could not be stopped or started")]
    public void GetHostSnapshot_EndpointTakesNothing_SaysHowAndWhy(int others, bool isStuck, PausedEndpointState state, string reason)
    {
        var endpoint = new Uri("queue:user-created");
        using TestResilience test = TestResilience.With();
        OperationState operation = test.States.Get(ResilienceSide.Consumer, "user", "userCreated");
        if (others == 0)
            test.State.Telemetry.EndpointPaused(operation, endpoint, TimeSpan.FromMinutes(2));
        else
            test.State.Telemetry.EndpointStoodAside(operation, endpoint, others);
        if (isStuck)
            test.State.Telemetry.EndpointStuck(new InvalidOperationException(), endpoint);

        PausedEndpoint paused = test.Resilience.GetHostSnapshot().PausedEndpoints.ShouldHaveSingleItem();
        (paused.Address, paused.Service, paused.Operation, paused.Since, paused.State)
            .ShouldBe((endpoint, "user", "userCreated", test.Clock.GetUtcNow(), state));
        paused.Reason.ShouldContain(reason);
        test.State.Telemetry.EndpointResumed(operation, endpoint, TimeSpan.Zero);
        test.Resilience.GetHostSnapshot().PausedEndpoints.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetSnapshot_OperationsHaveRun_NamesThem()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        foreach (string operation in new[] { "import", "list", "export" })
            await test.RunAsync(test.Work().Answers(), new() { Operation = operation });

        test.Resilience.GetSnapshot().OrderBy(snapshot => snapshot.Operation).Select(snapshot => string.Join(",", snapshot.Operations.Order(StringComparer.Ordinal)))
            .ShouldBe(["import,list", "export"]);
    }

    [Fact]
    public async Task GetSnapshot_ProfileRemoved_NamesNoOperationOfIt()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1");
        await test.RunAsync(test.Work().Answers(), new() { Operation = "list" });
        test.Settings.Replace("ShippedProfiles=false");

        test.Snapshot().Operations.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetSnapshot_LastMinuteKept_SaysHowItsCallsEnded()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        await test.RunAsync(test.Work().Answers());
        RecentExecutions? before = test.Snapshot().LastMinute;
        test.Monitor.KeepLastMinute();
        await test.RunAsync(test.Work().Answers());
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Clock.Advance(TimeSpan.FromSeconds(2));

        before.ShouldBeNull();
        RecentExecutions last = test.Snapshot().LastMinute.ShouldNotBeNull();
        (last.Successful, last.Failed, last.Fallback, last.Rejected, last.PerSecond).ShouldBe((1, 2, 0, 1, 1.5));
        last.Percentile99.ShouldNotBeNull();
        test.Clock.Advance(TimeSpan.FromMinutes(2));
        test.Snapshot().LastMinute.ShouldBe(new(0, 0, 0, 0, 0, Percentile99: null));
    }

    [Fact]
    public void Severity_OfEveryState_HasTheWorstLast() =>
        Enum.GetValues<CircuitState>().Select(state => new CircuitSnapshot { State = state }).OrderBy(circuit => circuit.Severity).Select(circuit => circuit.State)
            .ShouldBe([CircuitState.Closed, CircuitState.Disabled, CircuitState.HalfOpen, CircuitState.Open, CircuitState.Isolated]);
}
