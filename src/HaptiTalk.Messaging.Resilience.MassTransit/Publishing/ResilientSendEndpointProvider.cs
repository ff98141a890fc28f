using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class ResilientSendEndpointProvider(ISendEndpointProvider inner, SendProtection protection) : ISendEndpointProvider
{
    public ConnectHandle ConnectSendObserver(ISendObserver observer) => inner.ConnectSendObserver(observer);

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address) =>
        new ResilientSendEndpoint(await inner.GetSendEndpoint(address).ConfigureAwait(false), protection);
}

internal sealed class ResilientPublishEndpointProvider(IPublishEndpointProvider inner, SendProtection protection) : IPublishEndpointProvider
{
    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => inner.ConnectPublishObserver(observer);

    public async Task<ISendEndpoint> GetPublishSendEndpoint<T>()
        where T : class =>
        new ResilientSendEndpoint(await inner.GetPublishSendEndpoint<T>().ConfigureAwait(false), protection);
}

internal sealed class ResilientSendEndpoint(ISendEndpoint endpoint, SendProtection protection) : InterceptingSendEndpoint(endpoint)
{
    protected override Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        var identified = new IdentityPipe<SendContext<T>>(NewId.NextGuid(), pipe);
        return protection.RunAsync(typeof(T), token => send(identified, token), cancellationToken);
    }
}
