using Polly;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What only a transport asks for: work that nobody waits for, that does not stop when told to, that failed elsewhere.</summary>
public sealed class ExecutionRunnerTests : IDisposable
{
    private readonly TestResilience _test = TestResilience.WithProfile(
        "Retry:MaxRetries=2", "Retry:InitialDelay=00:00:00", "Timeout:DefaultTimeout=00:00:05", "Bulkhead:MaxConcurrentCalls=1", "Bulkhead:QueueCapacity=1", "Bulkhead:Timeout=00:00:02");

    private OperationState Operation => _test.States.Get(ResilienceSide.Consumer, TestResilience.Service, "getUserProfile");

    private Bulkhead Bulkhead => Operation.State.Bulkhead;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Run_NobodyWaits_QueuesHoweverManyWaitAndHoweverLong()
    {
        await TakeTheOnlyPlaceAsync();
        Task<Outcome<string>>[] running = [.. Enumerable.Range(0, 5).Select(_ => Run(Queueing.Unbounded, Task.FromResult("real")))];
        _test.PassTime(TimeSpan.FromMinutes(1));

        (Bulkhead.ActiveCalls, Bulkhead.QueueLength).ShouldBe((1, 5));
        Bulkhead.Exit();
        (await Task.WhenAll(running)).ShouldAllBe(outcome => outcome.Result == "real");
    }

    [Fact]
    public async Task Run_NobodyWaits_ItsTimeBeginsWithItsPlace()
    {
        await TakeTheOnlyPlaceAsync();
        TimeSpan? elapsed = null;
        Task<Outcome<string>> running = Run(Queueing.Unbounded, execution =>
        {
            elapsed = execution.Elapsed;
            return Task.FromResult("real");
        });
        _test.Clock.Advance(TimeSpan.FromMinutes(1));
        Bulkhead.Exit();

        (await running).Result.ShouldBe("real");
        elapsed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Run_SomebodyWaitsForItToBeDone_QueuesABurstUntilTheTotalTimeout()
    {
        await TakeTheOnlyPlaceAsync();
        Task<Outcome<string>>[] burst = [.. Enumerable.Range(0, 3).Select(_ => Run(Queueing.UntilTimeout, Task.FromResult("done")))];
        _test.PassTime(TimeSpan.FromSeconds(4.999));
        burst.ShouldAllBe(run => !run.IsCompleted);
        _test.PassTime(TimeSpan.FromSeconds(0.001));

        (await Task.WhenAll(burst)).ShouldAllBe(outcome => outcome.Exception is BulkheadFullRejectedException);
    }

    [Fact]
    public async Task Run_AttemptGoesOnAfterItsTime_KeepsItsPlaceUntilItEnds()
    {
        var stubborn = new TaskCompletionSource();
        int attempts = 0;
        Outcome<string> outcome = await Run(Queueing.Bounded, execution =>
        {
            attempts++;
            execution.Progress.Straggler = stubborn.Task;
            throw new TimeoutException("too long");
        });

        outcome.Exception.ShouldBeOfType<TimeoutException>();
        attempts.ShouldBe(1, "no second attempt starts beside it");
        Bulkhead.ActiveCalls.ShouldBe(1);
        stubborn.SetResult();
        Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_AttemptGoesOnAndFailsLate_GivesItsPlaceBackOnce()
    {
        var stubborn = new TaskCompletionSource();
        await Run(Queueing.Bounded, execution =>
        {
            execution.Progress.Straggler = stubborn.Task;
            throw new TimeoutException("too long");
        });
        stubborn.SetException(new InvalidOperationException("late"));

        Bulkhead.ActiveCalls.ShouldBe(0);
        (await Run(Queueing.Bounded, Task.FromResult("next"))).Result.ShouldBe("next");
        Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_FailedElsewhere_CountsButIsNotRepeated()
    {
        int attempts = 0;
        await Run(
            Queueing.Bounded,
            _ =>
            {
                attempts++;
                throw new InvalidOperationException("the callee has retried already");
            },
            new Elsewhere());

        attempts.ShouldBe(1);
        Operation.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AnsweredByTheCalleesFallback_IsNeitherSuccessNorFailure()
    {
        await Should.ThrowAsync<InvalidOperationException>(async () => (await Run(Queueing.Bounded, Task.FromException<string>(new InvalidOperationException()))).ThrowIfException());
        await Run(Queueing.Bounded, execution =>
        {
            execution.Progress.IsRemoteFallback = true;
            return Task.FromResult("degraded");
        });

        Operation.Circuit.Breaker.FailureCount.ShouldBe(1);
        ServiceSnapshot snapshot = ServiceSnapshot.Of(Operation.State, [Operation]);
        (snapshot.SuccessfulExecutions, snapshot.FallbackExecutions).ShouldBe((0, 1));
    }

    private async Task TakeTheOnlyPlaceAsync() =>
        (await Bulkhead.EnterAsync(TimeSpan.Zero, refusable: true, TestContext.Current.CancellationToken)).ShouldBe(BulkheadEntry.Entered);

    private Task<Outcome<string>> Run(Queueing queueing, Task<string> work) => Run(queueing, _ => work);

    private Task<Outcome<string>> Run(Queueing queueing, Func<Execution, Task<string>> work, FailureClassifier? classifier = null) =>
        new TestWork<string>(async (execution, token) => await work(execution).WaitAsync(token))
            .RunAsync(new(Operation, TestContext.Current.CancellationToken) { Queueing = queueing }, _test.Clock, classifier).AsTask();

    private sealed class Elsewhere : FailureClassifier
    {
        protected override FailureKind ClassifyOther(Exception exception) => FailureKind.RemoteFailure;
    }
}
