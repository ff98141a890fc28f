using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A burst of publishes: each waits for its turn and for the broker's confirmation, and arrives once.</summary>
public sealed class PublishBurstTests(BrokerFixture broker)
{
    private const int Messages = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ManyAtOnce_AllAreConfirmedAndArriveOnce()
    {
        var received = new ConcurrentQueue<int>();
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(context =>
            {
                received.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            })));
        var endpoint = bus.Services.GetRequiredService<IPublishEndpoint>();

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(number => endpoint.Publish(new Happened(number), Token)));
        await bus.DeliveredAsync("happened", Messages);

        received.Order().ShouldBe(Enumerable.Range(0, Messages));
        bus.Measured.Sum("executions", ("side", "publisher"), ("result", "success")).ShouldBe(Messages);
        bus.Measured.Sum("bulkhead_rejections").ShouldBe(0);
    }
}
