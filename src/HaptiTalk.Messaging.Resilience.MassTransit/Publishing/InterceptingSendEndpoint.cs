using MassTransit;
using MassTransit.Initializers;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Brings every way of sending down to one method.</summary>
/// <remarks>
/// It derives from <see cref="SendEndpointProxy"/> because MassTransit's outbox refuses any other kind of endpoint. That class
/// sends initialiser objects past its own virtual methods, so the interface is implemented anew for those.
/// </remarks>
internal abstract class InterceptingSendEndpoint(ISendEndpoint endpoint) : SendEndpointProxy(endpoint), ISendEndpoint
{
    public override Task Send<T>(T message, CancellationToken cancellationToken) =>
        SendAsync<T>((pipe, token) => Endpoint.Send(message, pipe, token), Pipe.Empty<SendContext<T>>(), cancellationToken);

    public override Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken) =>
        SendAsync<T>((pipe, token) => Endpoint.Send(message, pipe, token), pipe, cancellationToken);

    public override Task Send<T>(T message, IPipe<SendContext> pipe, CancellationToken cancellationToken) =>
        SendAsync<T>((pipe, token) => Endpoint.Send(message, pipe, token), pipe, cancellationToken);

    Task ISendEndpoint.Send<T>(object values, CancellationToken cancellationToken) =>
        SendValuesAsync(values, Pipe.Empty<SendContext<T>>(), cancellationToken);

    Task ISendEndpoint.Send<T>(object values, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken) =>
        SendValuesAsync(values, pipe, cancellationToken);

    Task ISendEndpoint.Send<T>(object values, IPipe<SendContext> pipe, CancellationToken cancellationToken) =>
        SendValuesAsync<T>(values, pipe, cancellationToken);

    /// <summary>Decides whether, how often and how <paramref name="send"/> is called.</summary>
    protected abstract Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class;

    protected override IPipe<SendContext<T>> GetPipeProxy<T>(IPipe<SendContext<T>>? pipe = default) => pipe ?? Pipe.Empty<SendContext<T>>();

    private async Task SendValuesAsync<T>(object values, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        (T message, IPipe<SendContext<T>> initialized) =
            await MessageInitializerCache<T>.InitializeMessage(values, pipe, cancellationToken).ConfigureAwait(false);
        await Send(message, initialized, cancellationToken).ConfigureAwait(false);
    }
}
