using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Which service's profile a filter applies. A filter on the whole bus finds it by the endpoint a message came from, and
/// leaves endpoints alone that have a filter of their own.
/// </summary>
internal sealed class ConsumeBinding(EndpointServices endpoints, string? service, bool isBusWide)
{
    private readonly ConcurrentDictionary<(Uri InputAddress, Type MessageType), OperationState?> _operations = new();

    public OperationState? OperationFor(Uri inputAddress, Type messageType, ConsumeProtection protection) =>
        _operations.TryGetValue((inputAddress, messageType), out OperationState? known)
            ? known
            : _operations.GetOrAdd((inputAddress, messageType), key => Resolve(key.InputAddress, key.MessageType, protection));

    private OperationState? Resolve(Uri inputAddress, Type messageType, ConsumeProtection protection) =>
        isBusWide && endpoints.IsLeftAlone(inputAddress)
            ? null
            : protection.OperationOf(messageType, service ?? endpoints.ServiceOf(inputAddress, messageType));
}
