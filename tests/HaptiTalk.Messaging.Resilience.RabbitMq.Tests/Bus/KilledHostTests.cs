using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A host that is killed while it holds events: the broker has them still.</summary>
public sealed class KilledHostTests(BrokerFixture broker)
{
    private const int Events = 600;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(500, false)]
    [InlineData(500, true)]
    public async Task Kill_EventsHeld_TheNextHostConsumesEveryOne(ushort prefetch, bool quorum)
    {
        var ledger = new Ledger();
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus publisher = await RabbitBus.StartAsync(host, static (_, _) => { });
        using (HoldingProcess holding = await HoldingProcess.StartAsync(host, "happened", prefetch, quorum))
        {
            await publisher.Bus.Publish(new Happened(0), Token);
            await holding.SaysAsync("open");
            await Task.WhenAll(Enumerable.Range(1, Events).Select(number => publisher.Bus.Publish(new Happened(number), Token)));
            await holding.SaysAsync("held");
            await holding.KillAsync();
        }

        await using RabbitBus next = await RabbitBus.StartAsync(host, (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.PrefetchCount = prefetch;
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(ledger.ConsumeAsync);
        }));
        await ledger.ReachedAsync(Events);

        ledger.Consumed.Distinct().Order().ShouldBe(Enumerable.Range(1, Events));
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u, "what opened the breaker");
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);
    }
}
