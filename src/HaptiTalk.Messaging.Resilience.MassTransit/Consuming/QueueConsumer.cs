using MassTransit;
using MassTransit.RabbitMqTransport;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What takes messages from a queue for this instance, as the latest of them shows it.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Channel">Where they arrive.</param>
/// <param name="Tag">What the broker calls it.</param>
/// <param name="Broker">Who asks the broker.</param>
internal sealed record QueueConsumer(string Queue, ChannelContext Channel, string Tag, BrokerWatch Broker) : IQueueConsumer
{
    /// <summary>Null on a transport that has no queues to share.</summary>
    public static QueueConsumer? Of(ReceiveContext delivery, BrokerWatches brokers) =>
        brokers.WatchOf(delivery.InputAddress) is { } broker
        && delivery.TryGetPayload(out ChannelContext? channel)
        && delivery.TryGetPayload(out ReceiveSettings? settings)
        && delivery.TryGetPayload(out RabbitMqBasicConsumeContext? message)
            ? new(settings.QueueName, channel, message.ConsumerTag, broker)
            : null;

    public async Task<int?> CountAsync(CancellationToken cancellationToken) => (int?)await Broker.ConsumersOfAsync(Queue, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Ends it, and returns when the broker hands out nothing more. An endpoint that merely stops leaves on its channel what arrives
    /// meanwhile, and closing that counts as a failed delivery on a quorum queue.
    /// </summary>
    /// <returns>False where it has gone with its channel.</returns>
    public async Task<bool> TryCancelAsync(CancellationToken cancellationToken)
    {
        Task cancelling = Channel.BasicCancel(Tag, cancellationToken);
        await cancelling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return cancelling.IsCompletedSuccessfully;
    }
}
