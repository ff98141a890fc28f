namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>fallback ( bulkhead ( breaker ( timeout ( retry ( call ))))), each pair told apart by what a caller sees.</summary>
public abstract class PolicyOrderTests
{
    private protected abstract TestResilience WithProfile(params string[] settings);

    [Fact]
    public async Task Fallback_StandsAroundTheBulkhead()
    {
        using TestResilience test = WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
        _ = test.RunAsync(test.Work().Hangs());

        (await test.RunAsync(test.Work().Answers())).ShouldBe("degraded");
    }

    [Fact]
    public async Task Bulkhead_StandsAroundTheBreaker_AFullBulkheadIsMetFirst()
    {
        using TestResilience test = WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        _ = test.RunAsync(test.Work().Hangs());
        test.Circuit.Breaker.Isolate();

        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());
    }

    [Fact]
    public async Task Bulkhead_StandsAroundTheBreaker_ItsRefusalsDoNotCount()
    {
        using TestResilience test = WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0", "CircuitBreaker:FailureThreshold=1");
        _ = test.RunAsync(test.Work().Hangs());
        for (int i = 0; i < 10; i++)
            await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Closed);
        test.Measured.Of("circuit_breaker_calls").ShouldBeEmpty();
    }

    [Fact]
    public async Task Bulkhead_StandsAroundTheBreaker_ARefusalGivesThePlaceBack()
    {
        using TestResilience test = WithProfile("Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        test.Circuit.Breaker.Isolate();
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());
        await test.FailAsync<CircuitOpenRejectedException>(test.Work().Answers());

        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Breaker_StandsAroundTheRetry_ARunCountsOnceHoweverOftenItIsRepeated()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=3", "CircuitBreaker:FailureThreshold=2");
        ScriptedWork work = test.Work().Fails();
        await test.FailAsync<InvalidOperationException>(work);

        work.Attempts.ShouldBe(4);
        test.Circuit.Breaker.FailureCount.ShouldBe(1);
        await test.RunToEndAsync(test.Work().Fails(times: 3).Answers());
        test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task Breaker_StandsAroundTheRetry_OpeningDoesNotStopARunThatIsOnItsWay()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=1");
        ScriptedWork work = test.Work().Fails().Answers();
        Task<string> running = test.RunAsync(work);
        test.Circuit.Breaker.Isolate();
        test.PassTimeUntil(running);

        (await running).ShouldBe("real");
    }

    [Fact]
    public async Task Breaker_StandsAroundTheTimeout_ATimeoutCounts()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=0", "CircuitBreaker:FailureThreshold=1");
        await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task Timeout_StandsAroundTheRetry_OneTotalForAllAttempts()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=50", "Timeout:DefaultTimeout=00:00:01", "Timeout:AttemptTimeout=00:00:00.300");
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs());

        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(1), tolerance: TimeSpan.FromSeconds(0.4));
        failure.Attempts.ShouldBeInRange(2, 3);
        test.Measured.Of("operation_timeouts").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Bulkhead_StandsAroundTheRetry_ARunKeepsItsPlaceWhileItWaits()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=1", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=0");
        ScriptedWork work = test.Work().Fails().Answers();
        Task<string> waiting = test.RunAsync(work);
        work.Attempts.ShouldBe(1);

        await test.FailAsync<BulkheadFullRejectedException>(test.Work().Answers());
        test.PassTimeUntil(waiting);
        (await waiting).ShouldBe("real");
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Fallback_StandsAroundTheBreaker_TheFailureCountsAllTheSame()
    {
        using TestResilience test = WithProfile("Retry:MaxRetries=0", "Fallback:ErrorThreshold=1", "CircuitBreaker:FailureThreshold=2");
        test.User.RegisterFallback("execute", (_, _) => new ValueTask<string>("degraded"));
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");
        (await test.RunAsync(test.Work().Fails())).ShouldBe("degraded");

        test.Circuit.Breaker.State.ShouldBe(CircuitState.Open);
    }
}

/// <summary>As most hosts run them.</summary>
public sealed class PolicyOrderAloneTests : PolicyOrderTests
{
    private protected override TestResilience WithProfile(params string[] settings) => TestResilience.WithProfile(settings);
}

/// <summary>Where a host has a policy of its own they are built one by one, so that it may stand between any two.</summary>
public sealed class PolicyOrderWithCustomPolicyTests : PolicyOrderTests
{
    private protected override TestResilience WithProfile(params string[] settings) =>
        TestResilience.Configured(static builder => builder.AddPolicy("nothing", PolicyPosition.Outermost, static _ => { }), settings);
}
