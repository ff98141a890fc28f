using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A batch that is held because the breaker is open goes back to the queue message by message, and none of them has failed.</summary>
public sealed class HeldBatchTests(BrokerFixture broker)
{
    private const int Size = 3;

    private readonly ConcurrentQueue<int[]> _consumed = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_BatchHeld_IsBackInTheQueueAndTheNextHostConsumesIt(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using (RabbitBus bus = await StartAsync(host, quorum, reset: "10:00:00"))
        {
            await OpenAndHoldAsync(bus);
            await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

            await Queue.ShouldHoldAsync(host, "happened", 3u);
            (await Queue.CountAsync(host, "happened_error")).ShouldBe(3u, "those of the batch that opened the breaker");
        }

        await using RabbitBus next = await StartAsync(host, quorum, reset: "10:00:00");
        await next.DeliveredAsync("happened", Size);

        _consumed.Count.ShouldBe(2);
        _consumed.Last().ShouldBe([4, 5, 6], ignoreOrder: true);
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(3u);
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);
    }

    [Fact]
    public async Task Send_BreakerHalfOpens_TheHeldBatchIsConsumed()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, quorum: false, reset: "00:00:01");

        await OpenAndHoldAsync(bus);
        await bus.DeliveredAsync("happened", Size * 2);

        _consumed.Last().ShouldBe([4, 5, 6], ignoreOrder: true);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(3u);
    }

    // They wait for each other, so that a moment for each would add up.
    [Fact]
    public async Task StopAsync_ManyBatchesHeld_TheyAreGivenBackTogether()
    {
        const int Batches = 50;
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, quorum: false, reset: "10:00:00");
        await OpenAndHoldAsync(bus);
        await PublishAsync(bus, [.. Enumerable.Range(7, (Batches - 1) * Size)]);
        await bus.TakenAsync("happened", (Batches + 1) * Size);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, Token);

        _consumed.Count.ShouldBe(1);
        await Queue.ShouldHoldAsync(host, "happened", (uint)(Batches * Size));
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(3u);
    }

    private static async Task OpenAndHoldAsync(RabbitBus bus)
    {
        await PublishAsync(bus, 1, 2, 3);
        await bus.DeliveredAsync("happened", Size);
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Open);
        await PublishAsync(bus, 4, 5, 6);
        await bus.TakenAsync("happened", Size * 2);
    }

    private static async Task PublishAsync(RabbitBus bus, params int[] numbers)
    {
        foreach (int number in numbers)
            await bus.Bus.Publish(new Happened(number), Token);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, bool quorum, string reset) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.PrefetchCount = 500;
            endpoint.Consumer(() => new BatchConsumer(_consumed), static consumer => consumer.Options<BatchOptions>(static batch => batch
                .SetMessageLimit(Size).SetTimeLimit(TimeSpan.FromHours(1))));
        }),
        Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=1",
            $"user:CircuitBreaker:ResetTimeout={reset}"));

    private sealed class BatchConsumer(ConcurrentQueue<int[]> consumed) : IConsumer<Batch<Happened>>
    {
        public Task Consume(ConsumeContext<Batch<Happened>> context)
        {
            int[] numbers = [.. context.Message.Select(static message => message.Message.Number)];
            consumed.Enqueue(numbers);
            return numbers.Contains(1) ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        }
    }
}
