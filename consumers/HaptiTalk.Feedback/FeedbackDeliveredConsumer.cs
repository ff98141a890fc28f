using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Feedback;

/// <summary>Keeps what a device was given. The store keeps each id once, however often it arrives.</summary>
[ServiceProfile(FeedbackModule.ServiceName)]
internal sealed class FeedbackDeliveredConsumer(IFeedbackStore feedback) : IConsumer<FeedbackDelivered>
{
    public Task Consume(ConsumeContext<FeedbackDelivered> context)
    {
        (string id, string sessionId, FeedbackKind kind, double intensity, DateTimeOffset at) = context.Message;
        return feedback.AddAsync(sessionId, id, new FeedbackPiece(kind, intensity, at), context.CancellationToken);
    }
}
