using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Events that are held because the breaker is open are the broker's all the while: none is lost, whatever becomes of the host.</summary>
public sealed class HeldEventTests(BrokerFixture broker)
{
    private readonly ConcurrentQueue<int> _consumed = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BreakerHalfOpens_HeldEventsAreConsumed()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, quorum: false, reset: "00:00:01");

        await OpenAndHoldAsync(bus);
        await bus.DeliveredAsync("happened", 4);

        _consumed.Order().ShouldBe([1, 2, 3, 4]);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u);
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_EventsHeld_AreBackInTheQueue(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, quorum, reset: "10:00:00");
        await OpenAndHoldAsync(bus);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

        bus.Taken("happened").ShouldBe(4, "given back before the broker knows of the stop, they come again, up to the delivery limit");
        _consumed.ShouldBe([1]);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u);
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);

        (await Queue.CountAsync(host, "happened")).ShouldBe(3u);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_EventsHeld_TheNextHostConsumesThem(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using (RabbitBus bus = await StartAsync(host, quorum, reset: "10:00:00"))
            await OpenAndHoldAsync(bus);

        await using RabbitBus next = await StartAsync(host, quorum, reset: "10:00:00");
        await next.DeliveredAsync("happened", 3);

        _consumed.Order().ShouldBe([1, 2, 3, 4]);
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u);
    }

    private static async Task OpenAndHoldAsync(RabbitBus bus)
    {
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Open);
        for (int number = 2; number <= 4; number++)
            await bus.Bus.Publish(new Happened(number), Token);
        await bus.TakenAsync("happened", 4);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, bool quorum, string reset) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(context =>
            {
                _consumed.Enqueue(context.Message.Number);
                return context.Message.Number == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
            });
        }),
        Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=1",
            $"user:CircuitBreaker:ResetTimeout={reset}"));
}
