namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class IsolationTests
{
    private const string By = "an operator";

    [Fact]
    public async Task Isolate_AService_RefusesOnEverySideUntilClosed()
    {
        using TestResilience test = TestResilience.WithProfile();
        Circuit[] circuits = Circuits(test);
        test.Control.Isolate(new("USER"), By);
        circuits.ShouldAllBe(circuit => circuit.Breaker.State == CircuitState.Isolated);
        test.Clock.Advance(TimeSpan.FromDays(1));
        (await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers())).State.ShouldBe(CircuitState.Isolated);
        test.Control.Close(new("user"), By);

        circuits.ShouldAllBe(circuit => circuit.Breaker.State == CircuitState.Closed);
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
    }

    [Fact]
    public void Isolate_OneSide_LeavesTheOthersAndOtherServices()
    {
        using TestResilience test = TestResilience.WithProfile();
        Circuit[] circuits = Circuits(test);
        Circuit auth = test.States.Get(ResilienceSide.Client, "auth", "login").Circuit;
        test.Control.Isolate(new("user", ResilienceSide.Client), By);

        circuits.Where(circuit => circuit.Breaker.State == CircuitState.Isolated).ShouldHaveSingleItem().Side.ShouldBe(ResilienceSide.Client);
        auth.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Isolate_OneOperation_LeavesTheRestOfTheService()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        Circuit export = test.States.Get(ResilienceSide.Local, "user", "export").Circuit;
        test.Control.Isolate(new("user", Operation: "export"), By);

        export.Breaker.State.ShouldBe(CircuitState.Isolated);
        test.Circuit.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public void Isolate_AnOperationWithoutACircuitOfItsOwn_SaysSo()
    {
        using TestResilience test = TestResilience.WithProfile();
        ArgumentException refused = Should.Throw<ArgumentException>(() => test.Control.Isolate(new("user", ResilienceSide.Local, "export"), By));

        refused.Message.ShouldStartWith("Operation 'export' has no circuit of its own: it shares the one of 'user'.");
        test.Control.History.ShouldBeEmpty();
    }

    [Fact]
    public async Task Isolate_NothingHasRunYet_TheFirstCallIsRefusedAlready()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        test.Control.Isolate(new("user", ResilienceSide.Local), By);

        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), new() { Operation = "export" });
        test.States.Get(ResilienceSide.Client, "user", "export").Circuit.Breaker.State.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Isolate_NothingHasRunYet_IsInTheSnapshotUntilSomethingHas()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=7");
        ControlChange change = test.Control.Isolate(new("user", ResilienceSide.Local), By);

        ServiceSnapshot unused = test.Snapshot();
        (unused.Side, unused.CircuitState, unused.Since, unused.MaxConcurrentCalls).ShouldBe(
            (ResilienceSide.Local, CircuitState.Isolated, test.Clock.GetUtcNow(), 7));
        change.After.ShouldBe("local Isolated");
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        (test.Snapshot().CircuitState, test.Snapshot().RejectedExecutions).ShouldBe((CircuitState.Isolated, 1));
        test.Control.Close(new("user"), By);
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Close_TheOnlySideThatHasRun_ShowsThatTheOthersAreIsolatedStill()
    {
        using TestResilience test = TestResilience.WithProfile();
        await test.RunAsync(test.Work().Answers());
        test.Control.Isolate(new("user"), By);
        IReadOnlyList<ServiceSnapshot> isolated = test.Resilience.GetSnapshot();
        test.Control.Close(new("user", ResilienceSide.Local), By);

        isolated.Select(snapshot => (snapshot.Side, snapshot.CircuitState)).ShouldBe([(ResilienceSide.Local, CircuitState.Isolated)]);
        test.Resilience.GetSnapshot().Where(snapshot => snapshot.CircuitState == CircuitState.Isolated).Select(snapshot => snapshot.Side)
            .ShouldBe([ResilienceSide.Client, ResilienceSide.Consumer, ResilienceSide.Publisher], ignoreOrder: true);
    }

    [Fact]
    public async Task Close_IsolatedBeforeAnythingRan_TheFirstCallIsAdmitted()
    {
        using TestResilience test = TestResilience.WithProfile();
        test.Control.Isolate(new("user", ResilienceSide.Local), By);
        test.Control.Close(new("user"), By);

        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
    }

    [Fact]
    public async Task Close_OneSideOfAnIsolatedService_HoldsForItsFirstCallToo()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        test.Control.Isolate(new("user"), By);
        test.Control.Close(new("user", ResilienceSide.Local), By);
        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
        test.States.Get(ResilienceSide.Client, "user", "getProfile").Circuit.Breaker.State.ShouldBe(CircuitState.Isolated);
        test.Control.Isolate(new("user"), By);

        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), new() { Operation = "export" });
    }

    [Fact]
    public async Task Isolate_Reload_StaysIsolated()
    {
        using TestResilience test = TestResilience.WithProfile();
        test.Control.Isolate(new("user"), By);
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.ReloadProfile("CircuitBreaker:ResetTimeout=00:00:00.001");
        test.Clock.Advance(TimeSpan.FromMinutes(5));

        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
    }

    [Fact]
    public async Task Close_Open_AdmitsAtOnceAndCountsAnew()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=2");
        await FailTwiceAsync(test);
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Open);
        test.Control.Close(new("user"), By);

        (test.Snapshot().CircuitState, test.Snapshot().FailureCount).ShouldBe((CircuitState.Closed, 0));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Snapshot().CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Reset_FailuresThatAFallbackCounts_AreForgotten()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=3");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
        await FailTwiceAsync(test);
        test.Control.Close(new("user"), By);
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
        test.Control.Reset(new("user"), By);

        await FailTwiceAsync(test);
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Reset_Isolated_EndsTheIsolation()
    {
        using TestResilience test = TestResilience.WithProfile();
        test.Control.Isolate(new("user"), By);
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        test.Control.Reset(new("user", ResilienceSide.Local), By);

        (await test.RunAsync(test.Work().Answers())).ShouldBe("real");
    }

    [Fact]
    public void Control_NobodyOrNothing_Throws()
    {
        using TestResilience test = TestResilience.WithProfile();

        Should.Throw<ArgumentException>(() => test.Control.Isolate(new("user"), " ")).ParamName.ShouldBe("by");
        Should.Throw<ArgumentException>(() => test.Control.Close(new(string.Empty), By)).ParamName.ShouldBe("target");
        Should.Throw<ArgumentNullException>(() => test.Control.Reset(null!, By)).ParamName.ShouldBe("target");
        test.Control.History.ShouldBeEmpty();
    }

    [Fact]
    public void History_EachChange_HasWhoWhenBeforeAndAfterAndIsLogged()
    {
        using TestResilience test = TestResilience.WithProfile("Operations:export:Scope=Operation");
        test.States.Get(ResilienceSide.Client, "user", "getProfile");
        test.States.Get(ResilienceSide.Local, "user", "getProfile");
        DateTimeOffset start = test.Clock.GetUtcNow();
        ControlChange isolated = test.Control.Isolate(new("user", ResilienceSide.Client), "ann", "maintenance");
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        ControlChange closed = test.Control.Close(new("user"), "bob");
        ControlChange reset = test.Control.Reset(new("user", Operation: "export"), "eve");

        isolated.ShouldBe(new(start, "ann", "isolate", "user/client/all operations", "client Closed", "client Isolated", "maintenance"));
        closed.ShouldBe(new(
            start + TimeSpan.FromMinutes(1), "bob", "close", "user/all sides/all operations", "client Isolated, local Closed", "client Closed, local Closed"));
        (reset.What, reset.Target).ShouldBe(("reset", "user/all sides/export"));
        test.Control.History.ShouldBe([isolated, closed, reset]);
        test.Log.Entries.ShouldContain(entry => entry.Message == "ann changed 'user': isolate; before: client Closed; after: client Isolated; reason: maintenance.");
        test.Log.Entries.ShouldContain(entry =>
            entry.Message == "bob changed 'user': close; before: client Isolated, local Closed; after: client Closed, local Closed; reason: not given.");
    }

    [Fact]
    public void History_ManyChanges_KeepsTheLastThousand()
    {
        using TestResilience test = TestResilience.WithProfile();
        for (int i = 0; i < 1003; i++)
            test.Control.Close(new("user"), $"operator {i}");

        (test.Control.History.Count, test.Control.History[0].By, test.Control.History[^1].By).ShouldBe((1000, "operator 3", "operator 1002"));
    }

    private static Circuit[] Circuits(TestResilience test) =>
        [.. Enum.GetValues<ResilienceSide>().Select(side => test.States.Get(side, "user", "getProfile").Circuit)];

    private static async Task FailTwiceAsync(TestResilience test)
    {
        for (int i = 0; i < 2; i++)
            await test.FailAsync<InvalidOperationException>(test.Work().Fails());
    }
}
