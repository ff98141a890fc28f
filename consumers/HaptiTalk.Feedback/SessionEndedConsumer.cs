using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Feedback;

/// <summary>Makes a session's analysis final. Ending twice is ending once.</summary>
[ServiceProfile(FeedbackModule.ServiceName)]
internal sealed class SessionEndedConsumer(IFeedbackStore feedback) : IConsumer<SessionEnded>
{
    public Task Consume(ConsumeContext<SessionEnded> context) =>
        feedback.EndAsync(context.Message.SessionId, context.Message.EndedAt, context.CancellationToken);
}
