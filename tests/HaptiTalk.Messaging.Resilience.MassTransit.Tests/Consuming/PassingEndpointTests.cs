using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Endpoints that are connected for a while, each with a name of its own.</summary>
public sealed class PassingEndpointTests
{
    private readonly Collected<Happened> _received = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sender_OfEveryEndpointOfABroker_IsOne()
    {
        await using TestBus bus = await TestBus.StartAsync(static _ => { });
        SendProtection sending = bus.Services.GetRequiredService<SendProtection>();

        Sender first = sending.Of(new Uri("loopback://localhost/first"), "user");

        sending.Of(new Uri("loopback://localhost/second"), "user").ShouldBeSameAs(first);
        sending.Of(new Uri("loopback://localhost/second"), "session").ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task StopAsync_ConnectedEndpoint_LeavesNothingBehind()
    {
        await using TestBus bus = await TestBus.StartAsync(static _ => { });
        (BrokerWatches brokers, HeldEndpoints held, EndpointServices plans) = (
            bus.Services.GetRequiredService<BrokerWatches>(), bus.Services.GetRequiredService<HeldEndpoints>(), bus.Services.GetRequiredService<EndpointServices>());
        (HostReceiveEndpointHandle handle, Uri address) = await ConnectAsync(bus);
        brokers.KnownEndpoints.ShouldContain(address);
        held.Addresses.ShouldContain(address);
        plans.Find(address).ShouldNotBeNull();

        await handle.StopAsync(Token);

        brokers.KnownEndpoints.ShouldNotContain(address);
        held.Addresses.ShouldNotContain(address);
        plans.Find(address).ShouldBeNull();
    }

    [Fact]
    public async Task StopAsync_ThenConnectedAgain_IsProtectedAgain()
    {
        await using TestBus bus = await TestBus.StartAsync(static _ => { });
        (HostReceiveEndpointHandle first, _) = await ConnectAsync(bus);
        await first.StopAsync(Token);

        (HostReceiveEndpointHandle second, Uri address) = await ConnectAsync(bus);

        bus.Services.GetRequiredService<HeldEndpoints>().Addresses.ShouldContain(address);
        bus.Measured.Sum("executions", ("side", "consumer"), ("operation", "happened")).ShouldBe(2);
        await second.StopAsync(Token);
    }

    private async Task<(HostReceiveEndpointHandle Handle, Uri Address)> ConnectAsync(TestBus bus)
    {
        HostReceiveEndpointHandle handle = bus.Bus.ConnectReceiveEndpoint("passing", endpoint => endpoint.Handler<Happened>(async context =>
        {
            await context.Publish(new Unassigned("x"));
            await _received.AddAsync(context);
        }));
        ReceiveEndpointReady ready = await handle.Ready;
        await bus.Bus.Publish(new Happened(1), Token);
        await _received.NextAsync(Token);
        await bus.DeliveredAsync("passing", count: (int)bus.Measured.Sum("executions", ("side", "publisher"), ("operation", "unassigned")));
        return (handle, ready.InputAddress);
    }
}
