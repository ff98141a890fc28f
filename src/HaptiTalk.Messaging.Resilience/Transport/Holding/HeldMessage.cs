namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>One message while it is held: it is counted, and is released when its endpoint stops or its transport gives it up.</summary>
internal sealed class HeldMessage : IDisposable
{
    private readonly OperationState _operation;
    private readonly CancellationTokenSource _released;
    private readonly bool _isNearDeliveryLimit;

    public HeldMessage(OperationState operation, EndpointLife endpoint, IIncomingMessage message)
    {
        _operation = operation;
        Endpoint = endpoint;
        _released = CancellationTokenSource.CreateLinkedTokenSource(message.CancellationToken, endpoint.Stopping);
        _isNearDeliveryLimit = EndpointLife.IsNearDeliveryLimit(message);
        operation.Held();
        if (_isNearDeliveryLimit)
            endpoint.HoldsNearDeliveryLimit();
    }

    public EndpointLife Endpoint { get; }

    /// <summary>Cancelled when it is to go back to the queue.</summary>
    public CancellationToken Released => _released.Token;

    /// <summary>It can go back to the queue, and is safe there.</summary>
    public bool MayBeGivenBack => !_isNearDeliveryLimit && Endpoint.TakesBack;

    public void Dispose()
    {
        _operation.Released();
        if (_isNearDeliveryLimit)
            Endpoint.ReleasedNearDeliveryLimit();
        _released.Dispose();
    }
}
