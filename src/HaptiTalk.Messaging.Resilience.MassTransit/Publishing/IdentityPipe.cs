using MassTransit;
using MassTransit.Transports;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Gives every attempt of one message the same identity, so that who receives two can tell, and tells the attempt's context whom to
/// tell that the broker says no.
/// </summary>
internal sealed class IdentityPipe<TContext>(Guid messageId, IRefusable attempt, IPipe<TContext>? next) : IPipe<TContext>, ISendContextPipe
    where TContext : class, SendContext
{
    public Task Send(TContext context)
    {
        context.MessageId = messageId;
        context.GetOrAddPayload(() => attempt);
        return next?.Send(context) ?? Task.CompletedTask;
    }

    // What is sent while a message is consumed gets that message's conversation and headers through this second way alone.
    Task ISendContextPipe.Send<T>(SendContext<T> context) => (next as ISendContextPipe)?.Send(context) ?? Task.CompletedTask;

    public void Probe(ProbeContext context) => next?.Probe(context);
}
