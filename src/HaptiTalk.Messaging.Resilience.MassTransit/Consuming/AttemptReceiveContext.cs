using MassTransit;
using MassTransit.Context;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What an attempt sends goes through here: its reply through the gate, everything else under this service's profile.
/// Overriding <c>RespondAsync</c> would not do: inner scopes go past it, to these providers.
/// </summary>
internal sealed class AttemptReceiveContext(
    ReceiveContext inner, ConsumeContext consuming, Attempt attempt, Sender sender)
    : ReceiveContextProxy(inner), ISendEndpointProvider
{
    private ResilientPublishEndpointProvider? _publishing;

    public override ISendEndpointProvider SendEndpointProvider => this;

    public override IPublishEndpointProvider PublishEndpointProvider =>
        _publishing ??= new ResilientPublishEndpointProvider(base.PublishEndpointProvider, sender);

    public ConnectHandle ConnectSendObserver(ISendObserver observer) => base.SendEndpointProvider.ConnectSendObserver(observer);

    public async Task<ISendEndpoint> GetSendEndpoint(Uri address)
    {
        ISendEndpoint endpoint = await base.SendEndpointProvider.GetSendEndpoint(address).ConfigureAwait(false);
        if (consuming.ResponseAddress is { } requester && address == requester)
            return new ReplyEndpoint(endpoint, attempt);

        // Replies and faults are never held back by a breaker.
        return consuming.FaultAddress is { } faults && address == faults ? endpoint : new ResilientSendEndpoint(endpoint, sender);
    }
}

/// <summary>Where the requester waits.</summary>
internal sealed class ReplyEndpoint(ISendEndpoint endpoint, Attempt attempt) : InterceptingSendEndpoint(endpoint)
{
    // How MassTransit replies: without a delegate around the message.
    public override Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        if (!attempt.TryReply(typeof(T)))
            return Task.CompletedTask;

        try
        {
            return attempt.Gate.Reply(Endpoint.Send(message, pipe, cancellationToken));
        }
        catch
        {
            attempt.Gate.Release();
            throw;
        }
    }

    protected override Task SendAsync<T>(
        Func<IPipe<SendContext<T>>, CancellationToken, Task> send, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
    {
        if (!attempt.TryReply(typeof(T)))
            return Task.CompletedTask;

        try
        {
            return attempt.Gate.Reply(send(pipe, cancellationToken));
        }
        catch
        {
            attempt.Gate.Release();
            throw;
        }
    }
}
