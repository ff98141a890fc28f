using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Asks by passive declaration, which every broker version answers and which needs no plugin.</summary>
internal static class QueueCounting
{
    public static async Task<IReadOnlyList<DeadLetterCount>> AskAsync(
        DeadLetterAccess broker, IReadOnlyCollection<string> queues, string purpose, CancellationToken cancellationToken)
    {
        BrokerSession session = await broker.ConnectAsync(purpose, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await CountAsync(session.Connection, queues, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="connection">Where to ask.</param>
    /// <param name="queues">The queues.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="refused">Gets those that one may not be told about; null for all to fail then.</param>
    public static async Task<IReadOnlyList<DeadLetterCount>> CountAsync(
        IConnection connection, IReadOnlyCollection<string> queues, CancellationToken cancellationToken, HashSet<string>? refused = null)
    {
        List<DeadLetterCount> counts = new(queues.Count);
        IChannel? channel = null;
        foreach (string queue in queues)
        {
            // The broker closes the channel with the answer that a queue is missing; the next question needs a new one.
            if (channel is not { IsOpen: true })
                channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            counts.Add(new DeadLetterCount(queue, await CountAsync(channel, queue, refused, cancellationToken).ConfigureAwait(false)));
        }

        return counts;
    }

    private static async Task<long?> CountAsync(IChannel channel, string queue, HashSet<string>? refused, CancellationToken cancellationToken)
    {
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
        catch (OperationInterruptedException unanswered) when (refused is not null && unanswered.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            refused.Add(queue);
            return null;
        }
    }
}
