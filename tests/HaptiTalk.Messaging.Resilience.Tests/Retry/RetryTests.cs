namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class RetryTests
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Execute_FailsThenAnswers_AnswersAfterTheWaits()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3");
        ScriptedWork work = test.Work().Fails(times: 2).Answers();
        TimeSpan took = await test.RunToEndAsync(work);

        took.ShouldBe(TimeSpan.FromMilliseconds(300));
        work.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Execute_AlwaysFails_ThrowsTheLastFailureAfterMaxRetries(int retries)
    {
        using TestResilience test = Quick($"Retry:MaxRetries={retries}");
        var last = new InvalidOperationException("the last one");
        ScriptedWork work = test.Work().Fails(times: retries).Fails(last);

        (await test.FailAsync<InvalidOperationException>(work)).ShouldBeSameAs(last);
        work.Attempts.ShouldBe(retries + 1);
    }

    [Fact]
    public async Task Execute_ManyRetries_NoWaitAboveMaxDelay()
    {
        using TestResilience test = Quick("Retry:MaxRetries=5", "Retry:MaxDelay=00:00:00.250");
        ScriptedWork work = test.Work().Fails(times: 5).Answers();
        await test.RunToEndAsync(work);

        work.Starts.Select(start => start.TotalMilliseconds).ShouldBe([0, 100, 300, 550, 800, 1_050]);
    }

    [Fact]
    public async Task Execute_Jitter_WaitsWithinItsShare()
    {
        using TestResilience test = Quick("Retry:MaxRetries=100", "Retry:MaxDelay=00:00:00.100", "Retry:JitterFactor=0.2", "Timeout:DefaultTimeout=00:01:00");
        ScriptedWork work = test.Work().Fails(times: 100).Answers();
        await test.RunToEndAsync(work);

        double[] waits = [.. work.Starts.Zip(work.Starts.Skip(1), (start, next) => (next - start).TotalMilliseconds)];
        waits.ShouldAllBe(wait => wait >= 80 && wait <= 121);
        waits.Distinct().Count().ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Execute_WaitWouldEndAfterTheDeadline_FailsAtOnceInstead()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3", "Retry:InitialDelay=00:00:01", "Retry:MaxDelay=00:00:01", "Timeout:DefaultTimeout=00:00:01");
        DateTimeOffset start = test.Clock.GetUtcNow();

        await test.FailAsync<InvalidOperationException>(test.Work().Fails());
        test.Clock.GetUtcNow().ShouldBe(start);
    }

    [Fact]
    public async Task Execute_RefusedWithARetryAfter_WaitsExactlyThatLong()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3", "Retry:MaxDelay=00:00:00.100", "Retry:JitterFactor=1");
        ScriptedWork work = test.Work().Fails(Refusal(TimeSpan.FromSeconds(4))).Answers();
        await test.RunToEndAsync(work);

        work.Starts.ShouldBe([TimeSpan.Zero, TimeSpan.FromSeconds(4)]);
    }

    [Fact]
    public async Task Execute_RefusedWithARetryAfterBeyondTheDeadline_FailsAtOnce()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3");
        ScriptedWork work = test.Work().Fails(Refusal(TenSeconds)).Answers();

        (await test.FailAsync<BulkheadFullRejectedException>(work)).RetryAfter.ShouldBe(TenSeconds);
        work.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_RefusedWithoutARetryAfter_IsNotRepeated()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3");
        ScriptedWork work = test.Work().Fails(Refusal(retryAfter: null)).Answers();

        await test.FailAsync<BulkheadFullRejectedException>(work);
        work.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_WorkCancelsItself_IsRepeated()
    {
        using TestResilience test = Quick("Retry:MaxRetries=1");
        ScriptedWork work = test.Work().Fails(new TaskCanceledException("a client's own timeout")).Answers();
        await test.RunToEndAsync(work);

        work.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Execute_CallerCancelsWhileItWaits_StopsAtOnce()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3");
        using var caller = new CancellationTokenSource();
        ScriptedWork work = test.Work().Fails();
        Task<string> running = test.RunAsync(work, caller: caller.Token);
        running.IsCompleted.ShouldBeFalse("it waits for its repeat");
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        work.Attempts.ShouldBe(1);
        test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_CallerCancelsWhileItRuns_IsNotRepeated()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3", "Retry:Handle:0=OperationCanceledException");
        using var caller = new CancellationTokenSource();
        ScriptedWork work = test.Work().Hangs();
        Task<string> running = test.RunAsync(work, caller: caller.Token);
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        work.Attempts.ShouldBe(1);
        test.Circuit.Breaker.FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_CallerCancelledBefore_DoesNotRun()
    {
        using TestResilience test = Quick();
        using var caller = new CancellationTokenSource();
        await caller.CancelAsync();
        ScriptedWork work = test.Work().Answers();

        await Should.ThrowAsync<OperationCanceledException>(test.RunAsync(work, caller: caller.Token));
        work.Attempts.ShouldBe(0);
        test.State.Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Execute_ReloadedWhileItWaits_FinishesUnderTheNumbersItBeganWith()
    {
        using TestResilience test = Quick("Retry:MaxRetries=3");
        ScriptedWork work = test.Work().Fails(times: 3).Answers();
        Task<string> running = test.RunAsync(work);
        test.ReloadProfile("Retry:MaxRetries=0");
        test.PassTimeUntil(running);

        (await running).ShouldBe("real");
        work.Attempts.ShouldBe(4);
    }

    private static TestResilience Quick(params string[] settings) =>
        TestResilience.WithProfile(["Retry:JitterFactor=0", "Timeout:DefaultTimeout=00:00:10", .. settings]);

    private static BulkheadFullRejectedException Refusal(TimeSpan? retryAfter) =>
        new("report", "generateReport", activeCalls: 1, queueLength: 0, waited: null, retryAfter, isRemote: true);
}
