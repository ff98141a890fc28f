using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Which service's profile a filter applies. A filter on the whole bus finds it by the endpoint a message came from, and
/// leaves endpoints alone that have a filter of their own.
/// </summary>
internal sealed class ConsumeBinding(EndpointServices endpoints, string? service, bool isBusWide)
{
    private readonly ConcurrentDictionary<(Uri InputAddress, Type MessageType), OperationState?> _operations = new();

    /// <summary>The profile that was named where the filter was added.</summary>
    public string? Service => service;

    /// <summary>Null where no profile is to be applied. The messages of a batch have none of their own, only the batch has.</summary>
    public OperationState? OperationFor(Uri inputAddress, Type messageType, ConsumeProtection protection) =>
        _operations.TryGetValue((inputAddress, messageType), out OperationState? known)
            ? known
            : _operations.GetOrAdd((inputAddress, messageType), key => Resolve(key.InputAddress, key.MessageType, protection));

    private OperationState? Resolve(Uri inputAddress, Type type, ConsumeProtection protection)
    {
        Type? batched = BatchMessage.TypeIn(type);
        Type messageType = batched ?? type;
        EndpointPlan? plan = endpoints.Find(inputAddress);
        Consumption? consumption = plan?.Of(messageType);
        bool isBatch = consumption is { IsBatch: true };
        if (plan is { IsExcluded: true } || consumption is { IsExcluded: true } || isBatch != batched is not null)
            return null;
        if (isBusWide && (endpoints.IsBus(inputAddress) || plan is { IsProtected: true }))
            return null;

        return protection.OperationOf(messageType, service ?? consumption?.Service);
    }
}
