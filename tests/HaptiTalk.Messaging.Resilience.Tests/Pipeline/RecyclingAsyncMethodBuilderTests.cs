using System.Runtime.CompilerServices;

namespace HaptiTalk.Messaging.Resilience.Tests.Pipeline;

public class RecyclingAsyncMethodBuilderTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Await_MethodEndsAtOnce_ReturnsItsResult() => (await AddAsync(1, Task.CompletedTask)).ShouldBe(2);

    [Fact]
    public async Task Await_MethodWaits_ReturnsItsResult()
    {
        var waiting = new TaskCompletionSource();

        ValueTask<int> run = AddAsync(1, waiting.Task);

        run.IsCompleted.ShouldBeFalse();
        waiting.SetResult();
        (await run).ShouldBe(2);
    }

    [Fact]
    public async Task Await_MethodThrowsAtOnce_Throws() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => ThrowAsync(Task.CompletedTask, new InvalidOperationException("no")).AsTask()))
            .StackTrace!.ShouldContain(nameof(ThrowAsync));

    [Fact]
    public async Task Await_MethodThrowsLater_Throws()
    {
        var waiting = new TaskCompletionSource();
        ValueTask<int> run = ThrowAsync(waiting.Task, new InvalidOperationException("no"));
        waiting.SetResult();
        run.IsFaulted.ShouldBeTrue();

        (await Should.ThrowAsync<InvalidOperationException>(run.AsTask)).StackTrace!.ShouldContain(nameof(ThrowAsync));
    }

    [Fact]
    public void IsCanceled_MethodIsCancelledLater_IsTrue()
    {
        var waiting = new TaskCompletionSource();
        ValueTask<int> run = ThrowAsync(waiting.Task, new OperationCanceledException());

        waiting.SetResult();

        run.IsCanceled.ShouldBeTrue();
    }

    [Fact]
    public async Task Await_SecondTime_Throws()
    {
        var waiting = new TaskCompletionSource();
        ValueTask<int> run = AddAsync(1, waiting.Task);
        waiting.SetResult();
        await run;

        await Should.ThrowAsync<InvalidOperationException>(async () => await run);
    }

    [Fact]
    public async Task GetResult_BeforeItHasEnded_ThrowsAndLeavesTheRunAlone()
    {
        var waiting = new TaskCompletionSource();
        ValueTask<int> run = AddAsync(1, waiting.Task);

        Should.Throw<InvalidOperationException>(() => run.GetAwaiter().GetResult());

        waiting.SetResult();
        (await run).ShouldBe(2);
    }

    [Fact]
    public async Task Await_EveryWaitOnAnotherThread_KeepsTheContextOfItsCaller()
    {
        Ambient.Value = "caller";

        string? seen = await ReadAmbientAsync();

        seen.ShouldBe("caller, caller and method");
        Ambient.Value.ShouldBe("caller", "What a method sets is its own.");
    }

    [Fact]
    public async Task Await_MethodUsedBeforeInAnotherContext_SeesItsOwn()
    {
        Ambient.Value = "first";
        await ReadAmbientAsync();
        Ambient.Value = "second";

        (await ReadAmbientAsync()).ShouldBe("second, second and method");
    }

    [Fact]
    public void Run_AsManySideBySideAsBefore_AllocatesNothing()
    {
        const int SideBySide = 64;
        var runs = new ValueTask<int>[SideBySide];
        Round();
        Round();

        Round().ShouldBe(0);

        long Round()
        {
            var waiting = new TaskCompletionSource[SideBySide];
            for (int i = 0; i < SideBySide; i++)
                waiting[i] = new TaskCompletionSource();

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < SideBySide; i++)
            {
#pragma warning disable CA2012 // Asked for its result once, further down.
                runs[i] = AddByHand(i, waiting[i].Task);
#pragma warning restore CA2012
            }

            for (int i = 0; i < SideBySide; i++)
                waiting[i].SetResult();
            int sum = 0;
            for (int i = 0; i < SideBySide; i++)
                sum += runs[i].GetAwaiter().GetResult();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            sum.ShouldBe(SideBySide * (SideBySide + 1) / 2);
            return allocated;
        }
    }

    [Fact]
    public async Task Await_ManyOnManyThreads_EachGetsItsOwnResult()
    {
        const int Callers = 16;
        const int Calls = 2_000;

        int[] wrong = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            int mixedUp = 0;
            for (int call = 0; call < Calls; call++)
            {
                int number = (caller * Calls) + call;
                mixedUp += await NestAsync(number) == number + 2 ? 0 : 1;
            }

            return mixedUp;
        })));

        wrong.ShouldAllBe(count => count == 0);
    }

    private static ValueTask<int> AddByHand(int number, Task waiting)
    {
        var adding = new Adding { Builder = RecyclingAsyncMethodBuilder<int>.Create(), Number = number, Waiting = waiting };
        adding.Builder.Start(ref adding);
        return adding.Builder.Task;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<int> AddAsync(int number, Task waiting)
    {
        await waiting.ConfigureAwait(false);
        return number + 1;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<int> NestAsync(int number)
    {
        await Task.Yield();
        int more = await AddAsync(number, number % 3 == 0 ? Task.CompletedTask : Task.Run(static () => { })).ConfigureAwait(false);
        return await AddAsync(more, Task.CompletedTask).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<int> ThrowAsync(Task waiting, Exception failure)
    {
        await waiting.ConfigureAwait(false);
        throw failure;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private static async ValueTask<string?> ReadAmbientAsync()
    {
        await Task.Yield();
        string? first = Ambient.Value;
        Ambient.Value = $"{first} and method";
        await Task.Yield();
        return $"{first}, {Ambient.Value}";
    }

    // What an optimising compiler makes of AddAsync: without optimisation the state machine is an object itself.
    private struct Adding : IAsyncStateMachine
    {
        public RecyclingAsyncMethodBuilder<int> Builder;
        public int Number;
        public Task Waiting;
        private bool _hasWaited;

        public void MoveNext()
        {
            if (_hasWaited)
            {
                Builder.SetResult(Number + 1);
                return;
            }

            _hasWaited = true;
            ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter = Waiting.ConfigureAwait(false).GetAwaiter();
            Builder.AwaitUnsafeOnCompleted(ref awaiter, ref this);
        }

        public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }
}
