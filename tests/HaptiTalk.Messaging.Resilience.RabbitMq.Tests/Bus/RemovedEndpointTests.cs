using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>An endpoint that was connected for a while is taken off its bus while it holds messages.</summary>
public sealed class RemovedEndpointTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_ConnectedEndpointHoldsEvents_EndsSoonAndGivesThemBack()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, static (_, _) => { });
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "an operator");
        HostReceiveEndpointHandle passing = bus.Bus.ConnectReceiveEndpoint(
            "passing", static endpoint => endpoint.Handler<Happened>(static _ => throw new InvalidOperationException("it was to be held")));
        await passing.Ready;
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.Bus.Publish(new Happened(2), Token);
        await bus.TakenAsync("passing", 2);

        await passing.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

        bus.Taken("passing").ShouldBe(2);
        await Queue.ShouldHoldAsync(host, "passing", 2u);
        (await Queue.CountAsync(host, "passing_error") ?? 0).ShouldBe(0u);
    }
}
