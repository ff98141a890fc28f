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
        Task<Outcome<string>>[] running = [.. Enumerable.Range(0, 5).Select(_ => Run(Patience.Unlimited, Task.FromResult("real")))];
        _test.PassTime(TimeSpan.FromMinutes(1));

        (Bulkhead.ActiveCalls, Bulkhead.QueueLength).ShouldBe((1, 5));
        Bulkhead.Exit();
        (await Task.WhenAll(running)).ShouldAllBe(outcome => outcome.Result == "real");
    }

    [Fact]
    public async Task Run_NobodyWaits_ItsTimeBeginsWithItsPlace()
    {
        await TakeTheOnlyPlaceAsync();
        Execution execution = Begin(Patience.Unlimited);
        Task<Outcome<string>> running = Run(execution, Task.FromResult("real"));
        _test.Clock.Advance(TimeSpan.FromMinutes(1));
        Bulkhead.Exit();

        (await running).Result.ShouldBe("real");
        execution.Elapsed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Run_SomebodyWaitsForItToBeDone_QueuesABurstUntilTheTotalTimeout()
    {
        await TakeTheOnlyPlaceAsync();
        Task<Outcome<string>>[] burst = [.. Enumerable.Range(0, 3).Select(_ => Run(Patience.UntilTimeout, Task.FromResult("done")))];
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
        Outcome<string> outcome = await ThrowingRun.RunAsync<string, string>(
            Begin(Patience.Bounded),
            (_, execution, _) =>
            {
                attempts++;
                execution.Straggler = stubborn.Task;
                throw new TimeoutException("too long");
            },
            string.Empty);

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
        await ThrowingRun.RunAsync<string, string>(
            Begin(Patience.Bounded),
            (_, execution, _) =>
            {
                execution.Straggler = stubborn.Task;
                throw new TimeoutException("too long");
            },
            string.Empty);
        stubborn.SetException(new InvalidOperationException("late"));

        Bulkhead.ActiveCalls.ShouldBe(0);
        (await Run(Patience.Bounded, Task.FromResult("next"))).Result.ShouldBe("next");
        Bulkhead.ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Run_FailedElsewhere_CountsButIsNotRepeated()
    {
        int attempts = 0;
        await ThrowingRun.RunAsync<string, string>(
            Begin(Patience.Bounded, new Elsewhere()),
            (_, _, _) =>
            {
                attempts++;
                throw new InvalidOperationException("the callee has retried already");
            },
            string.Empty);

        attempts.ShouldBe(1);
        Operation.Circuit.Breaker.FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AnsweredByTheCalleesFallback_IsNeitherSuccessNorFailure()
    {
        await Should.ThrowAsync<InvalidOperationException>(async () => (await Run(Patience.Bounded, Task.FromException<string>(new InvalidOperationException()))).ThrowIfException());
        await ThrowingRun.RunAsync(
            Begin(Patience.Bounded),
            (_, execution, _) =>
            {
                execution.IsRemoteFallback = true;
                return new ValueTask<string>("degraded");
            },
            string.Empty);

        Operation.Circuit.Breaker.FailureCount.ShouldBe(1);
        ServiceSnapshot snapshot = ServiceSnapshot.Of(Operation.State, [Operation]);
        (snapshot.SuccessfulExecutions, snapshot.FallbackExecutions).ShouldBe((0, 1));
    }

    private async Task TakeTheOnlyPlaceAsync() =>
        (await Bulkhead.EnterAsync(TimeSpan.Zero, refusable: true, TestContext.Current.CancellationToken)).ShouldBe(BulkheadEntry.Entered);

    private Task<Outcome<string>> Run(Patience patience, Task<string> work) => Run(Begin(patience), work);

    private static Task<Outcome<string>> Run(Execution execution, Task<string> work) =>
        ThrowingRun.RunAsync(execution, static (end, _, token) => new ValueTask<string>(end.WaitAsync(token)), work).AsTask();

    private Execution Begin(Patience patience, FailureClassifier? classifier = null) => new(
        Operation, classifier ?? FailureClassifier.Default, Operation.Model.TotalFor(dependency: null), _test.Clock, TestContext.Current.CancellationToken)
    {
        Patience = patience,
    };

    private sealed class Elsewhere : FailureClassifier
    {
        protected override FailureKind ClassifyOther(Exception exception) => FailureKind.RemoteFailure;
    }
}
