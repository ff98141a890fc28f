using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Everybody in the process who publishes or sends under a profile.</summary>
internal sealed class SendProtection(ProfileCatalog catalog, ServiceStates states, BrokerWatches brokers, TimeProvider clock)
{
    private readonly ConcurrentDictionary<BrokerState, Sender> _byBroker = new();
    private readonly ConcurrentDictionary<(Uri InputAddress, string Service), Sender> _byEndpoint = new();

    /// <summary>What is sent through a bus, by the service this process is.</summary>
    public Sender Of(BrokerState broker) =>
        _byBroker.GetOrAdd(broker, static (broker, self) => self.Create(service: null, broker), this);

    /// <summary>What a consumer on this endpoint sends, under its profile.</summary>
    public Sender Of(Uri inputAddress, string service) => _byEndpoint.GetOrAdd(
        (inputAddress, service), static (key, self) => self.Create(key.Service, self.BrokerOf(key.InputAddress)), this);

    private BrokerState BrokerOf(Uri inputAddress) => brokers.Of(inputAddress);

    private Sender Create(string? service, BrokerState broker) => new(catalog, states, service, broker, clock);
}
