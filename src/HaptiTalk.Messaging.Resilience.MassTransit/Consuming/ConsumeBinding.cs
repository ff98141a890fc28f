using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Which service's profile a filter applies. A filter on the whole bus finds it by the endpoint a message came from, and
/// leaves endpoints alone that have a filter of their own.
/// </summary>
internal sealed class ConsumeBinding
{
    private readonly ConcurrentDictionary<(Uri InputAddress, Type MessageType), OperationState?> _operations = new();
    private readonly EndpointServices _endpoints;
    private readonly string? _service;
    private readonly bool _isBusWide;

    public ConsumeBinding(EndpointServices endpoints, string? service, bool isBusWide)
    {
        (_endpoints, _service, _isBusWide) = (endpoints, service, isBusWide);

        // That of one endpoint goes with it.
        if (isBusWide)
            endpoints.Gone += Forget;
    }

    /// <summary>The profile that was named where the filter was added.</summary>
    public string? Service => _service;

    /// <summary>Null where no profile is to be applied. The messages of a batch have none of their own, only the batch has.</summary>
    public OperationState? OperationFor(Uri inputAddress, Type messageType, ConsumeProtection protection) =>
        _operations.TryGetValue((inputAddress, messageType), out OperationState? known)
            ? known
            : _operations.GetOrAdd((inputAddress, messageType), key => Resolve(key.InputAddress, key.MessageType, protection));

    private void Forget(Uri inputAddress)
    {
        foreach ((Uri InputAddress, Type MessageType) key in _operations.Keys)
        {
            if (key.InputAddress == inputAddress)
                _operations.TryRemove(key, out _);
        }
    }

    private OperationState? Resolve(Uri inputAddress, Type type, ConsumeProtection protection)
    {
        Type? batched = BatchMessage.TypeIn(type);
        Type messageType = batched ?? type;
        EndpointPlan? plan = _endpoints.Find(inputAddress);
        Consumption? consumption = plan?.Of(messageType);
        bool isBatch = consumption is { IsBatch: true };
        if (plan is { IsExcluded: true } || consumption is { IsExcluded: true } || isBatch != batched is not null)
            return null;
        if (_isBusWide && (_endpoints.IsBus(inputAddress) || plan is { IsProtected: true }))
            return null;

        return protection.OperationOf(messageType, _service ?? consumption?.Service);
    }
}
