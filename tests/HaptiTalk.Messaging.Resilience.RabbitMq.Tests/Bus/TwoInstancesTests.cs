using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Two instances of a service on one queue, of which one is broken: the other does the work.</summary>
public sealed class TwoInstancesTests(BrokerFixture broker)
{
    // More than both instances can have in hand at once, so that the broken one gets some.
    private const int Events = 1200;
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(15);

    private readonly Ledger _broken = new() { IsBroken = true };
    private readonly Ledger _healthy = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(500, false)]
    [InlineData(500, true)]
    public async Task Publish_OneInstanceBroken_TheOtherConsumesAllOfIt(ushort prefetch, bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus broken = await StartAsync(host, _broken, prefetch, quorum);
        await broken.Bus.Publish(new Happened(0), Token);
        await broken.DeliveredAsync("happened");
        await using RabbitBus healthy = await StartAsync(host, _healthy, prefetch, quorum);

        await Task.WhenAll(Enumerable.Range(1, Events).Select(number => healthy.Bus.Publish(new Happened(number), Token)));
        await healthy.DeliveredAsync("happened", Events);
        await broken.StopAsync().WaitAsync(ShutdownTime, TimeProvider.System, Token);

        _healthy.Consumed.Order().ShouldBe(Enumerable.Range(1, Events));
        _broken.Consumed.ShouldBeEmpty();
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u, "what opened the breaker");
        (await Queue.CountAsync(host, "happened_skipped") ?? 0).ShouldBe(0u);
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
    }

    private static Task<RabbitBus> StartAsync(VirtualHost host, Ledger ledger, ushort prefetch, bool quorum) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.PrefetchCount = prefetch;
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.Handler<Happened>(ledger.ConsumeAsync);
        }),
        Settings.Of("user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=10:00:00"));
}
