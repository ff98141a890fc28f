using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The brokers of all buses, each watched from its bus's start to its stop. A transport in memory has none to watch.</summary>
internal sealed class BrokerWatches : IBusInstanceSpecification, IBusObserver, IReceiveEndpointObserver, IDisposable
{
    private readonly ConcurrentDictionary<Uri, WatchedBus> _buses = new();
    private readonly ConcurrentDictionary<Uri, BrokerState> _byEndpoint = new();
    private readonly TransportResilience _transport;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;

    public BrokerWatches(TransportResilience transport, ILoggerFactory loggers, TimeProvider clock)
    {
        _transport = transport;
        _logger = loggers.CreateLogger(TransportResilience.LogCategory);
        _clock = clock;
    }

    /// <summary>The state of a bus's broker.</summary>
    public BrokerState Of(IBus bus) => BusAt(bus.Address).State;

    /// <summary>The queue that a bus's replies come back to.</summary>
    public ReplyQueue RepliesOf(IBus bus) => BusAt(bus.Address).Replies;

    /// <summary>The state of the broker that a receive endpoint belongs to.</summary>
    public BrokerState Of(Uri inputAddress) => _byEndpoint.TryGetValue(inputAddress, out BrokerState? known)
        ? known
        : _byEndpoint.GetOrAdd(inputAddress, address => (_buses.FirstOrDefault(bus => HostOf(bus.Key) == HostOf(address)).Value ?? BusAt(address)).State);

    /// <summary>The endpoints whose broker has been looked for.</summary>
    public ICollection<Uri> KnownEndpoints => _byEndpoint.Keys;

    /// <summary>A receive endpoint is gone.</summary>
    public void Forget(Uri inputAddress) => _byEndpoint.TryRemove(inputAddress, out _);

    /// <summary>Who watches the broker that a receive endpoint belongs to; null where there is none to watch.</summary>
    public BrokerWatch? WatchOf(Uri inputAddress) => _buses.FirstOrDefault(bus => HostOf(bus.Key) == HostOf(inputAddress)).Value?.Watch;

    public void Dispose()
    {
        foreach (WatchedBus bus in _buses.Values)
            bus.Dispose();
    }

    public IEnumerable<ValidationResult> Validate() => [];

    public void Configure(IBusInstance busInstance)
    {
        if (busInstance.HostConfiguration is not IRabbitMqHostConfiguration host)
            return;

        WatchedBus bus = BusAt(busInstance.Bus.Address);
        host.Settings = new PatientHostSettings(host.Settings, new ConnectGate(bus, _clock));
        if (!ReconnectPause.TryShorten(host))
            BrokerLog.ReconnectsSlowly(_logger, bus.State.Name);
        if (!host.PublisherConfirmation)
            BrokerLog.PublishesUnconfirmed(_logger, bus.State.Name);
        bus.Watch = new BrokerWatch(host, bus.State, bus.Replies, _logger, _clock);
        bus.State.IsWatched = true;
    }

    public Task PreStart(IBus bus)
    {
        BusAt(bus.Address).Start();
        return Task.CompletedTask;
    }

    public Task PreStop(IBus bus) => BusAt(bus.Address).StopAsync();

    public Task StartFaulted(IBus bus, Exception exception) => BusAt(bus.Address).StopAsync();

    public Task Ready(ReceiveEndpointReady ready)
    {
        // Before the first request that of the bus says ready, too, and has not started.
        if (ready.IsStarted)
            BusOf(ready.InputAddress)?.Watch?.CanReply();
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed)
    {
        BusOf(completed.InputAddress)?.Watch?.CannotReply();
        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        BusOf(faulted.InputAddress)?.Watch?.CannotReply(faulted.Exception);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        BusAt(bus.Address).Replies.BusStarted(bus);
        return Task.CompletedTask;
    }

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    private WatchedBus BusAt(Uri address) => _buses.GetOrAdd(address, address => new(_transport.AddBroker(HostOf(address).ToString().TrimEnd('/'))));

    // A bus's address is that of its own endpoint.
    private WatchedBus? BusOf(Uri endpoint) => _buses.GetValueOrDefault(endpoint);

    private static Uri HostOf(Uri address) => new(address, ".");
}
