namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class MessagingResilienceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void For_NoName_Throws(string? service)
    {
        using TestResilience test = TestResilience.With();

        Should.Throw<ArgumentException>(() => test.Resilience.For(service!)).ParamName.ShouldBe("service");
    }

    [Fact]
    public void For_TheSameName_IsTheSameServiceInAnyCase()
    {
        using TestResilience test = TestResilience.With();

        test.Resilience.For("USER").ShouldBeSameAs(test.Resilience.For("user"));
        test.Resilience.For("user").ShouldNotBeSameAs(test.Resilience.For("auth"));
    }

    [Fact]
    public void Get_TheSameServiceWrittenInAnotherCase_SharesItsState()
    {
        using TestResilience test = TestResilience.With();

        test.States.Get(ResilienceSide.Client, "User", "getUserProfile").State
            .ShouldBeSameAs(test.States.Get(ResilienceSide.Client, "user", "getUserProfile").State);
    }

    [Fact]
    public void Get_AnotherSide_SharesNothing()
    {
        using TestResilience test = TestResilience.With();
        OperationState[] operations = [.. Enum.GetValues<ResilienceSide>().Select(side => test.States.Get(side, "user", "getUserProfile"))];
        operations[0].Circuit.Breaker.Isolate();

        operations.Skip(1).ShouldAllBe(operation => operation.Circuit.Breaker.State == CircuitState.Closed);
        operations.Select(operation => operation.State).Distinct().Count().ShouldBe(operations.Length);
        test.Resilience.GetSnapshot().Select(snapshot => snapshot.Side).ShouldBe(Enum.GetValues<ResilienceSide>());
    }

    [Fact]
    public async Task For_UnknownService_RunsUnderTheDefaultsAndIsReportedOnce()
    {
        using TestResilience test = TestResilience.With("Defaults:Retry:MaxRetries=1");
        IServiceResilience unknown = test.Resilience.For("unheard-of");
        for (int i = 0; i < 2; i++)
        {
            ScriptedWork work = test.Work().Fails();
            Task<string> running = unknown.ExecuteAsync(work.RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask();
            test.PassTimeUntil(running);
            await Should.ThrowAsync<InvalidOperationException>(running);
            work.Attempts.ShouldBe(2);
        }

        test.Log.Entries.Count(entry => entry.Message.Contains("'unheard-of'") && entry.Message.Contains("Resilience:Defaults")).ShouldBe(1);
    }

    [Fact]
    public async Task GetSnapshot_RunsOfEveryKind_AreCounted()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1", "CircuitBreaker:FailureThreshold=100");
        using var caller = new CancellationTokenSource();
        test.User.RegisterFallback("degraded", (_, _) => new ValueTask<string>("degraded"));
        for (int i = 0; i < 3; i++)
            await test.RunAsync(test.Work().Answers());
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());
        await test.RunAsync(test.Work().Fails(), new() { FallbackKey = "degraded" });
        Task<string> cancelled = test.RunAsync(test.Work().Hangs(), caller: caller.Token);
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        test.Circuit.Breaker.Isolate();
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        (test.Snapshot() with { Circuits = [], Operations = [] }).ShouldBe(new(
            "user",
            ResilienceSide.Local,
            Operation: null,
            SuccessfulExecutions: 3,
            FailedExecutions: 4,
            FallbackExecutions: 1,
            CircuitState.Isolated,
            FailureCount: 3,
            TimeUntilProbe: null,
            ActiveCalls: 0,
            QueueLength: 0)
        {
            RejectedExecutions = 1,
            Since = test.Clock.GetUtcNow(),
            MaxConcurrentCalls = 30,
            QueueCapacity = 15,
        });
    }

    [Fact]
    public async Task GetSnapshot_CircuitReopened_SaysSinceWhenItIsNotClosedAndWhatOpenedItLast()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:10");
        DateTimeOffset openedAt = test.Clock.GetUtcNow();
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        ServiceSnapshot opened = test.Snapshot();
        test.Clock.Advance(TimeSpan.FromSeconds(10));
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        ServiceSnapshot reopened = test.Snapshot();
        test.Control.Close(new("user"), "an operator");
        ServiceSnapshot closed = test.Snapshot();

        (opened.Since, opened.OpenReason).ShouldBe((openedAt, CircuitOpenReason.ConsecutiveFailures));
        (reopened.Since, reopened.OpenReason).ShouldBe((openedAt, CircuitOpenReason.FailedProbe));
        (closed.Since, closed.OpenReason).ShouldBe((null, null));
    }

    [Fact]
    public void GetSnapshot_HeldMessages_AreThoseOfAllOperationsThatShareTheState()
    {
        using TestResilience test = TestResilience.WithProfile();
        OperationState created = test.States.Get(ResilienceSide.Consumer, "user", "userCreated");
        OperationState deleted = test.States.Get(ResilienceSide.Consumer, "user", "userDeleted");
        created.Held();
        deleted.Held();
        deleted.Held();
        deleted.Released();

        (test.Snapshot().HeldMessages, created.HeldMessages, deleted.HeldMessages).ShouldBe((2, 1, 1));
    }

    [Fact]
    public void GetSnapshot_RunningAndQueued_AreShown()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=2", "Bulkhead:QueueCapacity=5");
        for (int i = 0; i < 5; i++)
            _ = test.RunAsync(test.Work().Hangs());

        ServiceSnapshot snapshot = test.Snapshot();
        (snapshot.ActiveCalls, snapshot.QueueLength).ShouldBe((2, 3));
    }

    [Fact]
    public void GetSnapshot_NothingRun_IsEmpty()
    {
        using TestResilience test = TestResilience.With();
        test.Resilience.For("user");

        test.Resilience.GetSnapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task GetSnapshot_OperationWithScopeOfItsOwn_HasAStateOfItsOwn()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "Operations:export:Scope=Operation", "Operations:slow:Timeout:DefaultTimeout=00:00:30");
        await test.FailAsync<InvalidOperationException>(test.Work().Fails(), new() { Operation = "export" });
        await test.RunAsync(test.Work().Answers(), new() { Operation = "slow" });

        test.Resilience.GetSnapshot().Select(snapshot => (snapshot.Operation, snapshot.CircuitState))
            .ShouldBe([("export", CircuitState.Open), (null, CircuitState.Closed)], ignoreOrder: true);
    }

    [Fact]
    public async Task ExecuteAsync_CircuitOpen_TheRefusalSaysWhoSinceWhenAndWhenToTryAgain()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1", "CircuitBreaker:ResetTimeout=00:00:30");
        DateTimeOffset openedAt = test.Clock.GetUtcNow();
        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.Advance(TimeSpan.FromSeconds(12));
        CircuitOpenRejectedException refusal = await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers(), new() { Operation = "getUserProfile" });

        (refusal.Service, refusal.Operation, refusal.State, refusal.Since, refusal.RetryAfter, refusal.IsRemote)
            .ShouldBe(("user", "getUserProfile", CircuitState.Open, openedAt, TimeSpan.FromSeconds(18), false));
        refusal.Message.ShouldBe(
            "Circuit breaker of 'user' is Open since 2026-01-01T00:00:00.0000000+00:00: 'getUserProfile' was refused by this process "
            + "and did not run. Try again in 18 s. What opened it: System.InvalidOperationException: broken.");
    }

    [Fact]
    public async Task ExecuteAsync_BulkheadFull_TheRefusalSaysWhoAndWhatToRaise()
    {
        using TestResilience test = TestResilience.WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0", "Retry:InitialDelay=00:00:00.100");
        _ = test.RunAsync(test.Work().Hangs());
        BulkheadFullRejectedException refusal = await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());

        (refusal.Service, refusal.ActiveCalls, refusal.QueueLength, refusal.RetryAfter).ShouldBe(("user", 1, 0, TimeSpan.FromMilliseconds(100)));
        refusal.Message.ShouldStartWith("Bulkhead of 'user' is full (1 running, 0 waiting): 'execute' was refused by this process and did not run, because all its places are taken.");
        refusal.Message.ShouldContain("Bulkhead:MaxConcurrentCalls");
    }

    [Fact]
    public async Task ExecuteAsync_NoPlaceInTime_TheRefusalSaysHowLongItWaited()
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:10", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:Timeout=00:00:02");
        _ = test.RunAsync(test.Work().Hangs());

        (await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers())).Message.ShouldContain("no place became free within 2 s");
    }
}
