using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What an attempt sends goes through here: its reply through the gate, everything else under this service's profile.
/// Overriding <c>RespondAsync</c> would not do: inner scopes go past it, to these providers.
/// </summary>
internal sealed class AttemptReceiveContext(
    ReceiveContext inner, ConsumeContext consuming, Attempt attempt, Sender sender)
    : ReceiveContextProxy(inner)
{
    private ResilientPublishEndpointProvider? _publishing;

    public override ISendEndpointProvider SendEndpointProvider { get; } =
        new AttemptSendEndpointProvider(inner.SendEndpointProvider, consuming.ResponseAddress, consuming.FaultAddress, attempt, sender);

    public override IPublishEndpointProvider PublishEndpointProvider =>
        _publishing ??= new ResilientPublishEndpointProvider(base.PublishEndpointProvider, sender);
}

internal sealed class AttemptSendEndpointProvider(
    ISendEndpointProvider inner, Uri? responseAddress, Uri? faultAddress, Attempt attempt, Sender sender)
    : ISendEndpointProvider
{
    public ConnectHandle ConnectSendObserver(ISendObserver observer) => inner.ConnectSendObserver(observer);

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address)
    {
        ISendEndpoint endpoint = await inner.GetSendEndpoint(address).ConfigureAwait(false);
        if (responseAddress is not null && address == responseAddress)
            return new ReplyEndpoint(endpoint, attempt);

        // Replies and faults are never held back by a breaker.
        return faultAddress is not null && address == faultAddress ? endpoint : new ResilientSendEndpoint(endpoint, sender);
    }
}

/// <summary>Where the requester waits.</summary>
internal sealed class ReplyEndpoint(ISendEndpoint endpoint, Attempt attempt) : InterceptingSendEndpoint(endpoint)
{
    // How MassTransit replies: without a delegate around the message.
    public override async Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        if (!attempt.TryReply())
            return;

        try
        {
            await Endpoint.Send(message, pipe, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            attempt.Gate.Release();
            throw;
        }
    }

    protected override async Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        if (!attempt.TryReply())
            return;

        try
        {
            await send(pipe, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            attempt.Gate.Release();
            throw;
        }
    }
}
