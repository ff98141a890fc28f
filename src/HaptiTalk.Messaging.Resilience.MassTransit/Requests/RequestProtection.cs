using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What every protected request client of one bus shares.</summary>
internal sealed class RequestProtection(
    ProfileCatalog catalog, ServiceStates states, FallbackRegistry fallbacks, LastGoodReplies lastGoodReplies, BrokerState broker, ReplyQueue replies,
    TimeProvider clock)
{
    private readonly ConcurrentDictionary<Type, OperationState> _operations = new();

    public TimeProvider Clock => clock;

    public ExecutionRunner Runner { get; } = new(RequestFailureClassifier.Instance, clock);

    /// <summary>The service that this process is; null where nobody has said.</summary>
    public string? Caller => catalog.Service;

    /// <summary>The broker that requests go through.</summary>
    public BrokerState Broker => broker;

    /// <summary>Where replies come back to.</summary>
    public ReplyQueue Replies => replies;

    public FallbackRegistry Fallbacks => fallbacks;

    public LastGoodReplies LastGoodReplies => lastGoodReplies;

    /// <summary>The operation of a request, under the profile of the service that answers it.</summary>
    public OperationState OperationOf(Type requestType) => _operations.GetOrAdd(
        requestType,
        static (type, self) => self.Create(type),
        this);

    private OperationState Create(Type requestType) =>
        states.Get(ResilienceSide.Client, catalog.ProfileOfMessage(requestType) ?? ProfileNames.Default, ProfileNames.OperationOf(requestType));
}
