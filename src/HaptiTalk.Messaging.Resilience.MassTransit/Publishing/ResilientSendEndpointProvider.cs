using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class ResilientSendEndpointProvider(ISendEndpointProvider inner, Sender sender) : ISendEndpointProvider
{
    public ConnectHandle ConnectSendObserver(ISendObserver observer) => inner.ConnectSendObserver(observer);

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address) =>
        new ResilientSendEndpoint(await inner.GetSendEndpoint(address).ConfigureAwait(false), sender);
}

internal sealed class ResilientPublishEndpointProvider(IPublishEndpointProvider inner, Sender sender) : IPublishEndpointProvider
{
    public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => inner.ConnectPublishObserver(observer);

    public async Task<ISendEndpoint> GetPublishSendEndpoint<T>()
        where T : class =>
        new ResilientPublishSendEndpoint(await inner.GetPublishSendEndpoint<T>().ConfigureAwait(false), sender);
}

internal sealed class ResilientPublishSendEndpoint(ISendEndpoint endpoint, Sender sender) : InterceptingSendEndpoint(endpoint)
{
    protected override Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken) =>
        sender.RunAsync(typeof(T), pipe, send, cancellationToken);
}

internal sealed class ResilientSendEndpoint(ISendEndpoint endpoint, Sender sender) : InterceptingSendEndpoint(endpoint)
{
    protected override async Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        var mandatory = new MandatoryPipe<T>(pipe);
        try
        {
            await sender.RunAsync(typeof(T), mandatory, send, cancellationToken).ConfigureAwait(false);
        }
        catch (MessageReturnedException returned)
        {
            throw new MessageReturnedException(
                $"No queue takes what is sent to {mandatory.Destination}, so the broker gave the {TypeNames.Of(typeof(T))} back. "
                + "Start the service that consumes it once, which makes its queue, or correct the address.",
                returned);
        }
    }
}
