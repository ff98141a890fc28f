using System.ComponentModel.DataAnnotations;
using HaptiTalk.Contracts;
using HaptiTalk.Messaging.Resilience;
using MassTransit;

namespace HaptiTalk.Realtime;

[ServiceProfile(RealtimeModule.ServiceName)]
internal sealed class DeliverFeedbackConsumer(IConnectionStore connections, TimeProvider time) : IConsumer<DeliverFeedback>
{
    public async Task Consume(ConsumeContext<DeliverFeedback> context)
    {
        (string id, string sessionId, FeedbackKind kind, double intensity) = context.Message;
        if (intensity is not (>= 0 and <= 1))
            throw new ValidationException($"Intensity must lie between 0 and 1, not {intensity}.");

        Delivery? delivery = await connections.DeliverAsync(sessionId, id, time.GetUtcNow(), context.CancellationToken);
        if (delivery is not null)
        {
            // Also when it had been delivered before: the process may have died between the store and the announcement.
            await context.Publish(new FeedbackDelivered(id, sessionId, kind, intensity, delivery.At), context.CancellationToken);
        }

        await context.RespondAsync(new FeedbackReceipt(id, delivery?.Devices ?? 0));
    }
}
