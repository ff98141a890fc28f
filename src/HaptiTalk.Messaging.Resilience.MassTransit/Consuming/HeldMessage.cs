using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One message while it is held: it is counted, and is released when its endpoint stops or MassTransit gives it up.</summary>
internal sealed class HeldMessage : IDisposable
{
    private readonly OperationState _operation;
    private readonly CancellationTokenSource _released;
    private readonly bool _isNearDeliveryLimit;

    public HeldMessage(OperationState operation, HeldEndpoint endpoint, ConsumeContext context)
    {
        _operation = operation;
        Endpoint = endpoint;
        _released = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, endpoint.Stopping);
        _isNearDeliveryLimit = HeldEndpoint.IsNearDeliveryLimit(context);
        operation.Held();
        if (_isNearDeliveryLimit)
            endpoint.HoldsWorn();
    }

    public HeldEndpoint Endpoint { get; }

    /// <summary>Cancelled when it is to go back to the queue.</summary>
    public CancellationToken Released => _released.Token;

    /// <summary>It can go back to the queue, and is safe there.</summary>
    public bool MayBeGivenBack => !_isNearDeliveryLimit && Endpoint.TakesBack;

    public void Dispose()
    {
        _operation.Released();
        if (_isNearDeliveryLimit)
            Endpoint.ReleasedWorn();
        _released.Dispose();
    }
}
