using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Gives every attempt of one message the same identity, so that who receives two can tell.</summary>
internal sealed class IdentityPipe<TContext>(Guid messageId, IPipe<TContext>? next) : IPipe<TContext>
    where TContext : class, SendContext
{
    public Task Send(TContext context)
    {
        context.MessageId = messageId;
        return next?.Send(context) ?? Task.CompletedTask;
    }

    public void Probe(ProbeContext context) => next?.Probe(context);
}
