using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The endpoints on which messages may be held, by their addresses.</summary>
internal sealed class HeldEndpoints(TimeProvider clock, PausedEndpoints paused, BrokerWatches brokers, EndpointServices services)
    : IReceiveEndpointObserver, IBusObserver, IDisposable
{
    private readonly ConcurrentDictionary<Uri, HeldEndpoint> _endpoints = new();

    public ICollection<Uri> Addresses => _endpoints.Keys;

    public HeldEndpoint Of(Uri inputAddress) =>
        _endpoints.TryGetValue(inputAddress, out HeldEndpoint? known) ? known : _endpoints.GetOrAdd(inputAddress, address => new(address, brokers, clock));

    public Task Ready(ReceiveEndpointReady ready)
    {
        HeldEndpoint held = Of(ready.InputAddress);
        if (held.Ready(ready.ReceiveEndpoint))
            Await(ready.ReceiveEndpoint, ready.InputAddress, held);
        paused.Resume(ready.InputAddress);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping)
    {
        Of(stopping.InputAddress).Stop();
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.WhenAll(
        from endpoint in _endpoints
        where new Uri(endpoint.Key, ".") == new Uri(bus.Address, ".")
        select endpoint.Value.BusStopsAsync());

    private void Await(IReceiveEndpoint endpoint, Uri address, HeldEndpoint held) =>
        (endpoint as ReceiveEndpoint)?.ConnectReceiveEndpointObserver(new EndpointRemoval(held.Stop, () =>
        {
            // One of the same name may have come meanwhile.
            if (held.Is(endpoint) && _endpoints.TryRemove(new(address, held)))
                held.Dispose();
            brokers.Forget(address);
            services.Forget(address);
        }));

    public void Dispose()
    {
        foreach (HeldEndpoint endpoint in _endpoints.Values)
            endpoint.Dispose();
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
