using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Finds out what kind of queue one is, by the management API where that answers, else by AMQP alone.</summary>
internal sealed class QueueInspection(DeadLetterAccess broker)
{
    private const string ClassicText = "rabbit_classic_queue";
    private const string QuorumText = "rabbit_quorum_queue";

    public async Task<(QueueFacts Facts, ManagedQueue? Managed)> InspectAsync(
        BrokerSession session, string queue, CancellationToken cancellationToken)
    {
        if ((await broker.ManagementOfAsync(session, cancellationToken).ConfigureAwait(false)).Api is { } management)
        {
            Managed<ManagedQueue> known = await management.QueueAsync(queue, cancellationToken).ConfigureAwait(false);
            if (known.Value is { QueueType: not BrokerQueueType.Unknown } managed)
                return (QueueFacts.Of(managed, broker.Address.VirtualHost, session.Version), managed);
        }

        BrokerQueueType type = await ProbeAsync(session, queue, cancellationToken).ConfigureAwait(false);
        return (QueueFacts.Of(queue, broker.Address.VirtualHost, session.Version, type), null);
    }

    /// <summary>
    /// Asks to consume as only a stream can be consumed. Every other kind refuses, delivers nothing, and says what it is; a stream
    /// is not changed by reading.
    /// </summary>
    private static async Task<BrokerQueueType> ProbeAsync(BrokerSession session, string queue, CancellationToken cancellationToken)
    {
        IChannel channel = await session.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                await channel.BasicQosAsync(0, 1, global: false, cancellationToken).ConfigureAwait(false);
                await channel.BasicConsumeAsync(
                    queue, autoAck: false, "", noLocal: false, exclusive: false, StreamStart.Arguments, new IgnoringConsumer(channel), cancellationToken)
                    .ConfigureAwait(false);
                return BrokerQueueType.Stream;
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
            {
                string text = refused.ShutdownReason.ReplyText;
                return text.Contains(QuorumText, StringComparison.Ordinal) ? BrokerQueueType.Quorum
                    : text.Contains(ClassicText, StringComparison.Ordinal) ? BrokerQueueType.Classic
                    : BrokerQueueType.Unknown;
            }
        }
    }

    private sealed class IgnoringConsumer(IChannel channel) : AsyncDefaultBasicConsumer(channel);
}

/// <summary>Reads a stream from its beginning.</summary>
internal static class StreamStart
{
    public static IDictionary<string, object?> Arguments => new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-stream-offset"] = "first" };
}
