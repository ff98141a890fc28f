using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The endpoints on which messages may be held, by their addresses.</summary>
internal sealed class HeldEndpoints(TransportResilience transport, BrokerWatches brokers, EndpointServices services)
    : IReceiveEndpointObserver, IBusObserver, IDisposable
{
    private readonly ConcurrentDictionary<Uri, HeldEndpoint> _endpoints = new();

    public ICollection<Uri> Addresses => _endpoints.Keys;

    public HoldingEndpoint Of(Uri inputAddress) => At(inputAddress).Holding;

    /// <summary>Where a message came from, as the broker knows it.</summary>
    public QueueConsumer? ConsumerOf(ReceiveContext delivery) => QueueConsumer.Of(delivery, brokers);

    public Task Ready(ReceiveEndpointReady ready)
    {
        HeldEndpoint held = At(ready.InputAddress);
        if (held.TryBecome(ready.ReceiveEndpoint))
            Await(ready.ReceiveEndpoint, ready.InputAddress, held);
        held.Holding.Ready(held);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping)
    {
        Of(stopping.InputAddress).Stopping();
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.WhenAll(
        from endpoint in _endpoints
        where new Uri(endpoint.Key, ".") == new Uri(bus.Address, ".")
        select endpoint.Value.Holding.BusStoppingAsync());

    // What a transport in memory takes back is gone.
    private HeldEndpoint At(Uri inputAddress) => _endpoints.TryGetValue(inputAddress, out HeldEndpoint? known)
        ? known
        : _endpoints.GetOrAdd(inputAddress, address => new(transport.AddEndpoint(address, returnsMessages: address.Scheme != "loopback")));

    private void Await(IReceiveEndpoint endpoint, Uri address, HeldEndpoint held) =>
        (endpoint as ReceiveEndpoint)?.ConnectReceiveEndpointObserver(new EndpointRemoval(held.Holding.Stopping, () =>
        {
            // One of the same name may have come meanwhile.
            if (held.Is(endpoint) && _endpoints.TryRemove(new(address, held)))
                held.Holding.Dispose();
            brokers.Forget(address);
            services.Forget(address);
        }));

    public void Dispose()
    {
        foreach (HeldEndpoint endpoint in _endpoints.Values)
            endpoint.Holding.Dispose();
    }

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PreStart(IBus bus) => Task.CompletedTask;

    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
}
