namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A policy of a host's own stands where its position says, told by what the framework's policies make of it.</summary>
public sealed class PolicyPositionTests
{
    private static readonly string[] TwoRetries = ["Retry:MaxRetries=2", "Fallback:ErrorThreshold=1", "CircuitBreaker:FailureThreshold=100"];

    // What it throws: does it fall back, does it count for the breaker, is it repeated?
    [Theory]
    [InlineData(PolicyPosition.Outermost, false, 0, 1)]
    [InlineData(PolicyPosition.BeforeBulkhead, true, 0, 1)]
    [InlineData(PolicyPosition.BeforeCircuitBreaker, true, 0, 1)]
    [InlineData(PolicyPosition.BeforeTimeout, true, 1, 1)]
    [InlineData(PolicyPosition.BeforeRetry, true, 1, 1)]
    [InlineData(PolicyPosition.BeforeAttempt, true, 1, 3)]
    [InlineData(PolicyPosition.Innermost, true, 1, 3)]
    public async Task AddPolicy_ThatThrows_IsJudgedByThePoliciesAroundIt(PolicyPosition position, bool fallsBack, int failures, int runs)
    {
        foreach (bool asOutcome in (bool[])[true, false])
        {
            var probe = new PolicyProbe { Throws = new IOException("refused by a policy"), AsOutcome = asOutcome };
            using TestResilience test = TestResilience.Configured(builder => builder.AddPolicy("probe", position, probe.AddTo), TwoRetries);
            test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
            ScriptedWork work = test.Work().Answers();
            if (fallsBack)
                (await RunToEndAsync(test, work)).ShouldBe("degraded");
            else
                (await test.FailAsync<IOException>(work)).Message.ShouldBe("refused by a policy");

            (test.Circuit.Breaker.FailureCount, probe.Runs, work.Attempts, test.State.Bulkhead.ActiveCalls).ShouldBe((failures, runs, 0, 0));
            test.Measured.Of("executions").ShouldHaveSingleItem().Tags.ShouldContain(fallsBack ? "result=fallback" : "result=failure");
        }
    }

    // While it waits: is a place of the bulkhead taken, does the total timeout end it, and how many attempts were there?
    [Theory]
    [InlineData(PolicyPosition.Outermost, 0, false, 1)]
    [InlineData(PolicyPosition.BeforeBulkhead, 0, false, 1)]
    [InlineData(PolicyPosition.BeforeCircuitBreaker, 1, false, 1)]
    [InlineData(PolicyPosition.BeforeTimeout, 1, false, 1)]
    [InlineData(PolicyPosition.BeforeRetry, 1, true, 1)]
    [InlineData(PolicyPosition.BeforeAttempt, 1, true, 1)]
    [InlineData(PolicyPosition.Innermost, 1, true, 3)]
    public async Task AddPolicy_ThatWaits_IsBoundedByThePoliciesAroundIt(PolicyPosition position, int places, bool timesOut, int runs)
    {
        var end = new TaskCompletionSource();
        var probe = new PolicyProbe { WaitsFor = end.Task };
        using TestResilience test = TestResilience.Configured(
            builder => builder.AddPolicy("probe", position, probe.AddTo),
            "Retry:MaxRetries=2",
            "Retry:InitialDelay=00:00:00",
            "Timeout:DefaultTimeout=00:00:03",
            "Timeout:AttemptTimeout=00:00:01.100");
        Task<string> running = test.RunAsync(test.Work().Answers());
        test.State.Bulkhead.ActiveCalls.ShouldBe(places);
        test.PassTime(TimeSpan.FromSeconds(5));

        running.IsCompleted.ShouldBe(timesOut);
        probe.Runs.ShouldBe(runs);
        end.SetResult();
        if (timesOut)
            await Should.ThrowAsync<ExecutionTimeoutException>(running);
        else
            await Record.ExceptionAsync(() => running);
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Theory]
    [InlineData(PolicyPosition.Outermost, "policy(degraded)")]
    [InlineData(PolicyPosition.BeforeBulkhead, "degraded")]
    public async Task AddPolicy_AroundTheFallbackAlone_SeesItsResult(PolicyPosition position, string expected)
    {
        using TestResilience test = TestResilience.Configured(
            builder => builder.AddPolicy("probe", position, new PolicyProbe { Marks = "policy" }.AddTo), "Retry:MaxRetries=0", "Fallback:ErrorThreshold=1");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));

        (await test.RunAsync(test.Work().Fails())).ShouldBe(expected);
    }

    [Theory]
    [InlineData(PolicyPosition.BeforeCircuitBreaker, 1)]
    [InlineData(PolicyPosition.BeforeTimeout, 0)]
    public async Task AddPolicy_CircuitOpen_RunsOnlyWhereItStandsAroundTheBreaker(PolicyPosition position, int runs)
    {
        var probe = new PolicyProbe();
        using TestResilience test = TestResilience.Configured(builder => builder.AddPolicy("probe", position, probe.AddTo));
        test.Circuit.Breaker.Isolate();
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        probe.Runs.ShouldBe(runs);
    }

    [Fact]
    public async Task AddPolicy_BulkheadFull_ThrowsBeforeAPlaceIsNeeded()
    {
        using TestResilience test = TestResilience.Configured(
            builder => builder.AddPolicy("probe", PolicyPosition.BeforeBulkhead, (pipeline, context) =>
            {
                if (context.Service == "auth")
                    new PolicyProbe { Throws = new IOException("refused by a policy") }.AddTo(pipeline);
            }),
            "Bulkhead:MaxConcurrentCalls=1",
            "Bulkhead:QueueCapacity=0");
        IServiceResilience auth = test.Resilience.For("auth");
        for (int i = 0; i < 100; i++)
            await Should.ThrowAsync<IOException>(auth.ExecuteAsync(test.Work().Answers().RunAsync, cancellationToken: TestContext.Current.CancellationToken).AsTask());

        ServiceSnapshot snapshot = test.Snapshot("auth");
        (snapshot.ActiveCalls, snapshot.QueueLength, snapshot.FailureCount, snapshot.FailedExecutions).ShouldBe((0, 0, 0, 100));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AddPolicy_ThrowsInsideTheBreaker_OpensIt(bool asOutcome)
    {
        var probe = new PolicyProbe { Throws = new IOException("broken"), AsOutcome = asOutcome };
        using TestResilience test = TestResilience.Configured(
            builder => builder.AddPolicy("probe", PolicyPosition.BeforeTimeout, probe.AddTo), "CircuitBreaker:FailureThreshold=2");
        await test.FailAsync<IOException>(test.Work().Answers());
        await test.FailAsync<IOException>(test.Work().Answers());

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Open);
    }

    private static async Task<string> RunToEndAsync(TestResilience test, ScriptedWork work)
    {
        Task<string> running = test.RunAsync(work);
        test.PassTimeUntil(running);
        return await running;
    }
}
