namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Who shares a circuit, and what becomes of the circuits there are when that is changed.</summary>
public sealed class CircuitScopeTests
{
    private const string By = "an operator";

    [Fact]
    public void Get_ConsumerSide_EachOperationHasItsCircuitAndAllShareTheRest()
    {
        using TestResilience test = TestResilience.WithProfile();
        (OperationState placed, OperationState reserve) = Consumers(test);

        placed.Circuit.ShouldNotBeSameAs(reserve.Circuit);
        placed.State.ShouldBeSameAs(reserve.State);
        Open(placed);
        ServiceSnapshot shown = test.Snapshot();
        (shown.Operation, shown.CircuitState).ShouldBe((null, CircuitState.Open));
        shown.Circuits.Select(circuit => (circuit.Operation, circuit.State))
            .ShouldBe([("orderPlaced", CircuitState.Open), ("reserveStock", CircuitState.Closed)]);
    }

    [Theory]
    [InlineData(ResilienceSide.Client)]
    [InlineData(ResilienceSide.Publisher)]
    [InlineData(ResilienceSide.Local)]
    public void Get_OtherSides_OperationsShareTheCircuit(ResilienceSide side)
    {
        using TestResilience test = TestResilience.WithProfile();

        test.States.Get(side, "user", "orderPlaced").Circuit.ShouldBeSameAs(test.States.Get(side, "user", "reserveStock").Circuit);
        test.Snapshot().Circuits.ShouldHaveSingleItem().Operation.ShouldBeNull();
    }

    [Fact]
    public void Get_ScopeService_ConsumersShareTheCircuit()
    {
        using TestResilience test = TestResilience.WithProfile("Scope=Service");
        (OperationState placed, OperationState reserve) = Consumers(test);

        placed.Circuit.ShouldBeSameAs(reserve.Circuit);
    }

    [Fact]
    public void Change_ToService_TheBestOfTheCircuitsGoesOn()
    {
        using TestResilience test = TestResilience.WithProfile();
        (OperationState placed, OperationState reserve) = Consumers(test);
        Open(placed);
        test.Control.Change("user", Scope("Service"), By);

        placed.Circuit.ShouldBeSameAs(reserve.Circuit);
        (placed.Circuit.Operation, placed.Circuit.Breaker.State).ShouldBe((null, CircuitState.Closed));
        test.Snapshot().Circuits.ShouldHaveSingleItem().State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Change_ToServiceWhileAllAreOpen_StaysOpenForWhatIsLeft()
    {
        using TestResilience test = TestResilience.WithProfile("CircuitBreaker:ResetTimeout=00:01:00");
        (OperationState placed, OperationState reserve) = Consumers(test);
        DateTimeOffset since = test.Clock.GetUtcNow();
        Open(placed);
        Open(reserve);
        test.Clock.Advance(TimeSpan.FromSeconds(40));
        test.Control.Change("user", Scope("Service"), By);

        CircuitSnapshot shown = test.Snapshot().Circuits.ShouldHaveSingleItem();
        (shown.State, shown.Since, shown.TimeUntilProbe, shown.OpenReason)
            .ShouldBe((CircuitState.Open, since, TimeSpan.FromSeconds(20), CircuitOpenReason.ConsecutiveFailures));
    }

    [Fact]
    public void ReloadProfile_ToOperation_EachGoesOnFromTheSharedOne()
    {
        using TestResilience test = TestResilience.WithProfile("Scope=Service", "CircuitBreaker:ResetTimeout=00:01:00");
        (OperationState placed, OperationState reserve) = Consumers(test);
        Open(placed);
        test.Clock.Advance(TimeSpan.FromSeconds(40));
        test.ReloadProfile("Scope=Operation", "CircuitBreaker:ResetTimeout=00:01:00");

        placed.Circuit.ShouldNotBeSameAs(reserve.Circuit);
        placed.State.ShouldNotBeSameAs(reserve.State);
        new[] { placed, reserve }.Select(operation => (operation.Circuit.Breaker.State, operation.Circuit.Breaker.TimeUntilProbe()))
            .ShouldBe([(CircuitState.Open, TimeSpan.FromSeconds(20)), (CircuitState.Open, TimeSpan.FromSeconds(20))]);
        test.Resilience.GetSnapshot().Select(snapshot => snapshot.Operation).ShouldBe(["orderPlaced", "reserveStock"], ignoreOrder: true);
    }

    [Fact]
    public void ReloadProfile_SharedOneProbes_EachProbesAnew()
    {
        using TestResilience test = TestResilience.WithProfile("Scope=Service", "CircuitBreaker:ResetTimeout=00:01:00");
        (OperationState placed, _) = Consumers(test);
        Open(placed);
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        placed.Circuit.Breaker.TryEnter(out _).ShouldBeTrue();
        test.ReloadProfile("CircuitBreaker:ResetTimeout=00:01:00");

        (placed.Circuit.Breaker.State, placed.Circuit.Breaker.TimeUntilProbe()).ShouldBe((CircuitState.Open, TimeSpan.Zero));
    }

    [Fact]
    public void ReloadProfile_OneOperationAlone_TheOthersKeepTheirCircuit()
    {
        using TestResilience test = TestResilience.WithProfile("Scope=Service");
        (OperationState placed, OperationState reserve) = Consumers(test);
        Circuit shared = reserve.Circuit;
        test.ReloadProfile("Scope=Service", "Operations:orderPlaced:Scope=Operation");

        placed.Circuit.Operation.ShouldBe("orderPlaced");
        reserve.Circuit.ShouldBeSameAs(shared);
    }

    [Fact]
    public async Task ReloadProfile_SomebodyWaitsForTheOldCircuit_GoesOn()
    {
        using TestResilience test = TestResilience.WithProfile();
        (OperationState placed, _) = Consumers(test);
        test.Control.Isolate(new("user", ResilienceSide.Consumer, "orderPlaced"), By);
        CircuitBreaker old = placed.Circuit.Breaker;
        Task waiting = old.WaitForChangeAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();
        test.ReloadProfile("Scope=Service");

        await waiting;
        old.IsDue.ShouldBeTrue();
    }

    [Fact]
    public void ReloadProfile_CallRunsUnderTheOldCircuit_ItsFailureOpensNothing()
    {
        using TestResilience test = TestResilience.WithProfile("CircuitBreaker:FailureThreshold=1");
        (OperationState placed, _) = Consumers(test);
        CircuitBreaker old = placed.Circuit.Breaker;
        old.TryEnter(out CircuitPermit permit).ShouldBeTrue();
        test.ReloadProfile("Scope=Service", "CircuitBreaker:FailureThreshold=1");

        old.Exit(permit, CallVerdict.Failure).ShouldBeTrue("it has failed, and is not to run again");
        (old.State, placed.Circuit.Breaker.State).ShouldBe((CircuitState.Closed, CircuitState.Closed));
        test.Log.Entries.ShouldNotContain(entry => entry.Message.Contains("opened"));
    }

    [Fact]
    public async Task ReloadProfile_CallHasItsPlace_GivesItBackWhereItTookIt()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        var end = new TaskCompletionSource<string>();
        Task<string> running = test.RunAsync(test.Work().WaitsFor(end));
        ServiceState before = test.State;
        test.ReloadProfile("Scope=Operation", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        test.State.ShouldNotBeSameAs(before);
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
        end.SetResult("late");

        (await running).ShouldBe("late");
        (before.Bulkhead.ActiveCalls, test.State.Bulkhead.ActiveCalls).ShouldBe((0, 0));
    }

    [Fact]
    public void Isolate_OperationThatSharesLater_ShowsOnlyWhileItHasItsOwnCircuit()
    {
        using TestResilience test = TestResilience.WithProfile();
        (OperationState placed, _) = Consumers(test);
        test.Control.Isolate(new("user", ResilienceSide.Consumer, "orderPlaced"), By);
        test.ReloadProfile("Scope=Service");
        CircuitState shared = placed.Circuit.Breaker.State;
        CircuitSnapshot[] shown = [.. test.Resilience.GetSnapshot().SelectMany(snapshot => snapshot.Circuits)];
        test.ReloadProfile();

        shared.ShouldBe(CircuitState.Closed);
        shown.ShouldHaveSingleItem().State.ShouldBe(CircuitState.Closed);
        placed.Circuit.Breaker.State.ShouldBe(CircuitState.Isolated);
    }

    [Fact]
    public void Isolate_TheServicesConsumers_HoldsForOperationsThatComeLater()
    {
        using TestResilience test = TestResilience.WithProfile();
        ControlChange isolated = test.Control.Isolate(new("user", ResilienceSide.Consumer), By);
        (OperationState placed, OperationState reserve) = Consumers(test);
        ControlChange closed = test.Control.Close(new("user", ResilienceSide.Consumer, "reserveStock"), By);

        (isolated.Before, isolated.After).ShouldBe(("", "consumer Isolated"));
        (closed.Before, closed.After).ShouldBe(("consumer reserveStock Isolated", "consumer reserveStock Closed"));
        (placed.Circuit.Breaker.State, reserve.Circuit.Breaker.State).ShouldBe((CircuitState.Isolated, CircuitState.Closed));
    }

    [Fact]
    public void Isolate_NothingHasRunYet_IsInTheGaugeUntilSomethingHas()
    {
        using TestResilience test = TestResilience.WithProfile();
        test.Control.Isolate(new("user", ResilienceSide.Consumer), By);
        string[] before = StatesIn(test);
        Consumers(test);

        before.ShouldBe(["operation=all,service=user,side=consumer 3"]);
        StatesIn(test).ShouldBe(
            ["operation=orderPlaced,service=user,side=consumer 3", "operation=reserveStock,service=user,side=consumer 3"], ignoreOrder: true);
    }

    private static string[] StatesIn(TestResilience test) =>
        [.. test.Measured.Read("circuit_breaker_state").Select(measured => $"{measured.Tags} {measured.Value}")];

    private static Dictionary<string, string?> Scope(string scope) => new(StringComparer.Ordinal) { ["Scope"] = scope };

    private static (OperationState Placed, OperationState Reserve) Consumers(TestResilience test) =>
        (test.States.Get(ResilienceSide.Consumer, "user", "orderPlaced"), test.States.Get(ResilienceSide.Consumer, "user", "reserveStock"));

    private static void Open(OperationState operation)
    {
        CircuitBreaker breaker = operation.Circuit.Breaker;
        while (breaker.State == CircuitState.Closed)
        {
            breaker.TryEnter(out CircuitPermit permit).ShouldBeTrue();
            breaker.Exit(permit, CallVerdict.Failure);
        }
    }
}
