using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Everybody in the process who publishes or sends under a profile.</summary>
internal sealed class SendProtection(TransportResilience transport, BrokerWatches brokers)
{
    private readonly ExecutionRunner _runner = transport.RunnerFor(SendFailureClassifier.Instance);

    // Not by endpoint: those come and go.
    private readonly ConcurrentDictionary<(BrokerState Broker, string? Service), Sender> _senders = new();

    /// <summary>What is sent through a bus, by the service this process is.</summary>
    public Sender Of(BrokerState broker) => Of(broker, service: null);

    /// <summary>What a consumer on this endpoint sends, under its profile.</summary>
    public Sender Of(Uri inputAddress, string service) => Of(brokers.Of(inputAddress), service);

    private Sender Of(BrokerState broker, string? service) =>
        _senders.GetOrAdd((broker, service), static (key, self) => self.Create(key.Broker, key.Service), this);

    private Sender Create(BrokerState broker, string? service) => new(transport, service, broker, _runner);
}
