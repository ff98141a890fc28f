using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Session;

/// <summary>Counts what the devices of a session were given. The store counts each id once, however often it arrives.</summary>
[ServiceProfile(SessionModule.ServiceName)]
internal sealed class FeedbackDeliveredConsumer(ISessionStore sessions) : IConsumer<FeedbackDelivered>
{
    public Task Consume(ConsumeContext<FeedbackDelivered> context) =>
        sessions.CountFeedbackAsync(context.Message.SessionId, context.Message.FeedbackId, context.CancellationToken);
}
