using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class TotalTimeoutTests
{
    private static readonly ExecutionOptions Database = new() { Operation = "getUserProfile", Dependency = "database" };

    [Fact]
    public async Task Execute_EveryAttemptHangs_EndsAtTheTotal()
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:05", "Retry:MaxRetries=10", "Retry:JitterFactor=0");
        ScriptedWork work = test.Work().Hangs();
        DateTimeOffset start = test.Clock.GetUtcNow();
        await test.FailAsync<ExecutionTimeoutException>(work);

        (test.Clock.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Execute_TimesOut_SaysWhichServiceOperationHowLongAndHowOften()
    {
        using TestResilience test = TestResilience.WithProfile("Timeout:DefaultTimeout=00:00:05", "Retry:MaxRetries=1", "Retry:InitialDelay=00:00:00", "Retry:JitterFactor=0");
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(test.Work().Fails().Hangs(), new() { Operation = "getUserProfile" });

        failure.Message.ShouldBe(
            "'getUserProfile' of 'user' did not answer within 5 s (2 attempts, 5 s). "
            + "If it needs longer, raise Resilience:Profiles:user:Timeout:DefaultTimeout.");
        (failure.Service, failure.Operation, failure.Timeout, failure.Elapsed, failure.Attempts)
            .ShouldBe(("user", "getUserProfile", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), 2));
        failure.InnerException.ShouldBeNull("a cancellation at its root would look like a consumer that was stopped");
    }

    [Fact]
    public async Task Execute_DependencyTimesOut_NamesTheSettingThatBoundIt()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Timeout:Timeouts:database=00:00:01");
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs(), Database);

        failure.Timeout.ShouldBe(TimeSpan.FromSeconds(1));
        failure.Message.ShouldEndWith("raise Resilience:Profiles:user:Timeout:Timeouts:database.");
    }

    [Theory]
    [InlineData("database", 1)]
    [InlineData("DATABASE", 1)]
    [InlineData("reports", 30)]
    [InlineData("unheard-of", 5)]
    [InlineData(null, 5)]
    public async Task Execute_Dependency_ItsTimeoutReplacesTheDefault(string? dependency, int seconds)
    {
        using TestResilience test = TestResilience.WithProfile(
            "Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:05", "Timeout:Timeouts:database=00:00:01", "Timeout:Timeouts:reports=00:00:30");
        ExecutionTimeoutException failure = await test.FailAsync<ExecutionTimeoutException>(test.Work().Hangs(), new() { Dependency = dependency });

        failure.Elapsed.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task Execute_EndsInTime_KeepsItsResultAndItsOwnFailure()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0");
        var own = new TimeoutException("the work's own");

        (await test.RunAsync(test.Work().Answers("in time"))).ShouldBe("in time");
        (await test.FailAsync<TimeoutException>(test.Work().Fails(own))).ShouldBeSameAs(own);
        test.Measured.Of("operation_timeouts").ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_WorkHasPollyTimeoutsOfItsOwn_SurfacesTheirs()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=1", "Timeout:AttemptTimeout=00:00:01");
        var own = new TimeoutRejectedException("an HTTP client's own pipeline", TimeSpan.FromSeconds(1));

        (await test.FailAsync<TimeoutRejectedException>(test.Work().Hangs().Fails(own))).ShouldBeSameAs(own);
        test.Measured.Of("operation_timeouts").ShouldBeEmpty();
        test.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_QueuedFirst_TheQueueingCountsToo()
    {
        using TestResilience test = TestResilience.WithProfile(
            "Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:05", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:Timeout=00:00:05");
        Task<string> first = test.RunAsync(test.Work().Hangs());
        test.PassTime(TimeSpan.FromSeconds(2));
        ScriptedWork queued = test.Work().Hangs();
        Task<string> second = test.RunAsync(queued);
        test.PassTime(TimeSpan.FromSeconds(3));
        await Should.ThrowAsync<ExecutionTimeoutException>(first);
        (await queued.NextAttemptAsync()).ShouldBe(1);
        test.PassTime(TimeSpan.FromSeconds(2));

        (await Should.ThrowAsync<ExecutionTimeoutException>(second)).Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Execute_CallerCancels_IsNoTimeout()
    {
        using TestResilience test = TestResilience.WithProfile();
        using var caller = new CancellationTokenSource();
        Task<string> running = test.RunAsync(test.Work().Hangs(), caller: caller.Token);
        await caller.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(running)).CancellationToken.IsCancellationRequested.ShouldBeTrue();
        test.Measured.Of("operation_timeouts").ShouldBeEmpty();
    }

    [Fact]
    public async Task Execute_ShorterTimeoutReloadedMeanwhile_FinishesUnderTheOneItBeganWith()
    {
        using TestResilience test = TestResilience.WithProfile("Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:05");
        Task<string> running = test.RunAsync(test.Work().Hangs());
        test.ReloadProfile("Retry:MaxRetries=0", "Timeout:DefaultTimeout=00:00:01");
        test.PassTime(TimeSpan.FromSeconds(4.999));
        running.IsCompleted.ShouldBeFalse();
        test.PassTime(TimeSpan.FromSeconds(0.001));

        await Should.ThrowAsync<ExecutionTimeoutException>(running);
    }
}
