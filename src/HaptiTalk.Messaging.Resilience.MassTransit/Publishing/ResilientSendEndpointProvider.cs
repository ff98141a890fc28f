using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class ResilientSendEndpointProvider(ISendEndpointProvider inner, SendProtection protection, string? service) : ISendEndpointProvider
{
    public ConnectHandle ConnectSendObserver(ISendObserver observer) => inner.ConnectSendObserver(observer);

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address) =>
        new ResilientSendEndpoint(await inner.GetSendEndpoint(address).ConfigureAwait(false), protection, service);
}

internal sealed class ResilientPublishEndpointProvider(IPublishEndpointProvider inner, SendProtection protection, string? service) : IPublishEndpointProvider
{
    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => inner.ConnectPublishObserver(observer);

    public async Task<ISendEndpoint> GetPublishSendEndpoint<T>()
        where T : class =>
        new ResilientSendEndpoint(await inner.GetPublishSendEndpoint<T>().ConfigureAwait(false), protection, service);
}

internal sealed class ResilientSendEndpoint(ISendEndpoint endpoint, SendProtection protection, string? service) : InterceptingSendEndpoint(endpoint)
{
    protected override Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        var identified = new IdentityPipe<SendContext<T>>(NewId.NextGuid(), pipe);
        return protection.RunAsync(service, typeof(T), token => send(identified, token), cancellationToken);
    }
}
