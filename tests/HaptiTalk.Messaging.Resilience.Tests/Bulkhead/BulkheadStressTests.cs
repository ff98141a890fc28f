namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class BulkheadStressTests
{
    private const int Tasks = 16;
    private const int Calls = 2_000;
    private const int Largest = 6;

    private static readonly TimeSpan NobodyIsStranded = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_ResizedAndCancelledAllTheTime_NeverOverAdmitsAndStrandsNobody()
    {
        var test = new TestBulkhead(Largest, queueCapacity: 4);
        int running = 0, entered = 0, refused = 0, cancelled = 0;
        bool over = false, done = false;
        Task resizing = ResizeUntilDone();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => CallManyTimesAsync(new Random(task))))
                .WaitAsync(NobodyIsStranded, Cancellation);
        }
        finally
        {
            Volatile.Write(ref done, true);
            await resizing;
        }

        over.ShouldBeFalse();
        (entered + refused + cancelled).ShouldBe(Tasks * Calls);
        entered.ShouldBeGreaterThan(Calls);
        refused.ShouldBeGreaterThan(0);
        cancelled.ShouldBeGreaterThan(0);
        test.ShouldHold(active: 0, queued: 0);

        async Task CallManyTimesAsync(Random random)
        {
            // All side by side from the first call on; Task.Run would leave most of them in one thread's own queue.
            await Task.Yield();
            for (int call = 0; call < Calls; call++)
            {
                using var caller = new CancellationTokenSource();
                ValueTask<BulkheadEntry> entry = test.Bulkhead.EnterAsync(TestBulkhead.Patience, random.Next(4) != 0, caller.Token);
                if (!entry.IsCompleted && random.Next(3) == 0)
                    await caller.CancelAsync();
                try
                {
                    if (await entry != BulkheadEntry.Entered)
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                    continue;
                }

                // The largest limit ever in force bounds what runs at once, whatever the resizing does.
                over |= Interlocked.Increment(ref running) > Largest;
                Interlocked.Increment(ref entered);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                test.Bulkhead.Exit();
            }
        }

        async Task ResizeUntilDone()
        {
            for (int size = 1; !Volatile.Read(ref done); size = (size % Largest) + 1)
            {
                test.Resize(size);
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task EnterAsync_FixedLimit_RunsExactlyThatManyAndServesEveryone()
    {
        var test = new TestBulkhead(maxConcurrentCalls: 3, queueCapacity: Tasks);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int running = 0, most = 0, served = 0;
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => CallManyTimesAsync())).WaitAsync(NobodyIsStranded, Cancellation);

        most.ShouldBe(3);
        served.ShouldBe(Tasks * 1_000);
        test.ShouldHold(active: 0, queued: 0);

        async Task CallManyTimesAsync()
        {
            await Task.Yield();
            for (int call = 0; call < 1_000; call++)
            {
                (await test.EnterAsync()).ShouldBe(BulkheadEntry.Entered);
                int now = Interlocked.Increment(ref running);
                if (now > Volatile.Read(ref most))
                    Volatile.Write(ref most, now);

                // The first wait until as many run as may: on a busy machine they might never meet.
                if (now == 3)
                    full.TrySetResult();
                await full.Task;
                await Task.Yield();
                Interlocked.Increment(ref served);
                Interlocked.Decrement(ref running);
                test.Bulkhead.Exit();
            }
        }
    }

    [Fact]
    public async Task EnterAsync_TimesOutAsAPlaceBecomesFree_ThePlaceIsNeverLost()
    {
        for (int round = 0; round < 500; round++)
        {
            TestBulkhead test = await new TestBulkhead().FilledAsync();
            Task<BulkheadEntry> waiting = test.EnterAsync();
            Task leaving = Task.Run(test.Bulkhead.Exit, Cancellation);
            test.Clock.Advance(TestBulkhead.Patience);
            await leaving;

            if (await waiting == BulkheadEntry.Entered)
                test.Bulkhead.Exit();
            test.ShouldHold(active: 0, queued: 0);
        }
    }
}
