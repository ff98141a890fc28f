using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How many deliveries run at once: what nobody waits for is never refused, it waits.</summary>
public sealed class ConsumerBulkheadTests
{
    private const int Events = 20;

    private int _running;
    private int _mostAtOnce;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_MoreEventsThanPlaces_AllAreConsumedAndNoMoreAtOnce()
    {
        await using TestBus bus = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, Events).Select(number => bus.Bus.Publish(new Happened(number), Token)));
        DeadLetters left = await bus.DeadLettersAsync("happened", Events);

        _mostAtOnce.ShouldBe(2);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        bus.Measured.Sum("bulkhead_rejections").ShouldBe(0);
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "success")).ShouldBe(Events);
    }

    // The last of the first two to come lets both go, so that two do run at once.
    private Task<TestBus> StartAsync()
    {
        var two = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(async _ =>
            {
                int running = Interlocked.Increment(ref _running);
                InterlockedMax(ref _mostAtOnce, running);
                if (running == 2)
                    two.TrySetResult();
                await two.Task;
                Interlocked.Decrement(ref _running);
            })),
            settings: Settings.Of("user:Bulkhead:MaxConcurrentCalls=2", "user:Bulkhead:QueueCapacity=0"),
            watch: "happened");
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var current && current != seen)
            seen = current;
    }
}
