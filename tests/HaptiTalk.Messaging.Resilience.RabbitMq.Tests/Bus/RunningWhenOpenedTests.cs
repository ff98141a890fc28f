using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A flood meets an endpoint with MassTransit's own concurrency: more run when the breaker opens than were needed to open it.</summary>
public sealed class RunningWhenOpenedTests(BrokerFixture broker)
{
    private const int Events = 1000;
    private const int FailureThreshold = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ManyRunWhenTheBreakerOpens_OnlyWhatOpenedItIsInTheErrorQueue()
    {
        var ledger = new Ledger { IsBroken = true };
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host, (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(ledger.ConsumeAsync)));

        await Task.WhenAll(Enumerable.Range(1, Events).Select(number => bus.Bus.Publish(new Happened(number), Token)));
        await bus.DeliveredAsync("happened", FailureThreshold);
        ledger.IsBroken = false;
        bus.Services.GetRequiredService<IResilienceControl>().Close(new("user", ResilienceSide.Consumer), "operator");
        await bus.DeliveredAsync("happened", Events);

        (await Queue.CountAsync(host, "happened_error")).ShouldBe((uint)FailureThreshold);
        ledger.Consumed.Distinct().Count().ShouldBe(Events - FailureThreshold);
    }
}
