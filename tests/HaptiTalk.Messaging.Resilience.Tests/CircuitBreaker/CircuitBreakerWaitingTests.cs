namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class CircuitBreakerWaitingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitForChangeAsync_Open_EndsWhenAProbeIsDue()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        test.Clock.Advance(TestBreaker.ResetTimeout - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.ShouldBeFalse();

        test.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await EndsAsync(waiting);
        test.Enter();
    }

    [Fact]
    public async Task WaitForChangeAsync_OpenForLongerThanItMayWait_EndsThen()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(TimeSpan.FromSeconds(1), Cancellation);
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        await EndsAsync(waiting);
        test.Breaker.IsDue.ShouldBeFalse();
    }

    [Fact]
    public async Task WaitForChangeAsync_Closed_EndsAtOnce() => await EndsAsync(new TestBreaker().Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation));

    [Fact]
    public async Task WaitForChangeAsync_ClosedByAnOperator_Ends()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        test.Breaker.Close();

        await EndsAsync(waiting);
    }

    [Fact]
    public async Task WaitForChangeAsync_Isolated_EndsOnlyWhenClosed()
    {
        var test = new TestBreaker();
        test.Breaker.Isolate();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        test.Clock.Advance(TimeSpan.FromDays(1));
        waiting.IsCompleted.ShouldBeFalse();

        test.Breaker.Close();
        await EndsAsync(waiting);
    }

    [Fact]
    public async Task WaitForChangeAsync_AllProbesOnTheirWay_EndsWhenOneIsGivenBack()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        CircuitPermit probe = test.Enter();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        waiting.IsCompleted.ShouldBeFalse();

        test.Breaker.Exit(probe, CallVerdict.Neutral);
        await EndsAsync(waiting);
    }

    [Fact]
    public async Task WaitForChangeAsync_ProbeNeverEnds_EndsWhenItIsGivenUp()
    {
        TestBreaker test = new TestBreaker(halfOpenMaxCalls: 1).ReadyToProbe();
        test.Enter();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        test.Clock.Advance(TestBreaker.ResetTimeout);

        await EndsAsync(waiting);
        test.Enter();
    }

    [Fact]
    public async Task WaitForChangeAsync_Reloaded_EndsSoThatTheNewTimeCounts()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation);
        test.Breaker.Apply(test.Options with { ResetTimeout = TimeSpan.FromHours(1) });

        await EndsAsync(waiting);
    }

    [Fact]
    public async Task WaitForChangeAsync_ManyWait_AllWake()
    {
        TestBreaker test = new TestBreaker().Opened();
        Task[] waiting = [.. Enumerable.Range(0, 50).Select(_ => test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, Cancellation))];
        test.Breaker.Close();

        await EndsAsync(Task.WhenAll(waiting));
    }

    [Fact]
    public async Task WaitForChangeAsync_Cancelled_Throws()
    {
        TestBreaker test = new TestBreaker().Opened();
        using var caller = new CancellationTokenSource();
        Task waiting = test.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, caller.Token);
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    // Woken on another thread; a waiter that is forgotten fails here instead of hanging.
    private static Task EndsAsync(Task waiting) => waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
}
