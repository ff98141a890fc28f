using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What every protected request client of one bus shares.</summary>
internal sealed class RequestProtection(
    TransportResilience transport, LastGoodReplies lastGoodReplies, BrokerState broker, ReplyQueue replies, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Type, OperationState> _operations = new();

    public TimeProvider Clock => clock;

    public ExecutionRunner Runner { get; } = transport.RunnerFor(RequestFailureClassifier.Instance);

    /// <summary>The service that this process is; null where nobody has said.</summary>
    public string? Caller => transport.Service;

    /// <summary>The broker that requests go through.</summary>
    public BrokerState Broker => broker;

    /// <summary>Where replies come back to.</summary>
    public ReplyQueue Replies => replies;

    public TransportResilience Transport => transport;

    public LastGoodReplies LastGoodReplies => lastGoodReplies;

    /// <summary>The operation of a request, under the profile of the service that answers it.</summary>
    public OperationState OperationOf(Type requestType) => _operations.GetOrAdd(
        requestType,
        static (type, transport) => transport.OperationOf(ResilienceSide.Client, type),
        transport);
}
