using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class ProtectedBus<TBus>(TBus bus, Sender sender, IClientFactory clients) : ResilientPublishEndpoint(bus, sender), IProtectedBus<TBus>
    where TBus : class, IBus
{
    private readonly ResilientSendEndpointProvider _send = new(bus, sender);

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => _send.ConnectSendObserver(observer);

    public Task<ISendEndpoint> GetSendEndpoint(Uri address) => _send.GetSendEndpoint(address);

    public IRequestClient<TRequest> CreateRequestClient<TRequest>(RequestTimeout timeout = default)
        where TRequest : class =>
        clients.CreateRequestClient<TRequest>(timeout);

    public IRequestClient<TRequest> CreateRequestClient<TRequest>(Uri destinationAddress, RequestTimeout timeout = default)
        where TRequest : class =>
        clients.CreateRequestClient<TRequest>(destinationAddress, timeout);
}
