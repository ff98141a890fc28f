using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Asks by passive declaration, which every broker version answers and which needs no plugin. One connection for each call: it
/// is asked now and then, by people and dashboards, and holds nothing between.
/// </summary>
internal sealed class DeadLetterInspector(BrokerAddress broker, TimeSpan patience) : IDeadLetterInspector
{
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<DeadLetterCount>> CountAsync(
        IReadOnlyCollection<string> queues, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queues);
        if (queues.Select(QueueName.Problem).FirstOrDefault(problem => problem is not null) is { } wrong)
            throw new ArgumentException(wrong, nameof(queues));
        if (queues.Count == 0)
            return [];

        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(patience);
        Task<IReadOnlyList<DeadLetterCount>> asked = AskAsync(queues, bound.Token);
        try
        {
            // The client's own time-outs, and the token it is given, do not bound a handshake with a broker that hangs.
            return await asked.WaitAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException late)
        {
            throw NotCounted($"no answer within {patience.TotalSeconds} s", late);
        }
        catch (Exception failure) when (failure is RabbitMQClientException or IOException or TimeoutException)
        {
            throw NotCounted(failure.GetBaseException().Message, failure);
        }
        finally
        {
            // What is given up on ends by itself, and its failure is nobody's news.
            _ = asked.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private DeadLetterAccessException NotCounted(string reason, Exception cause) =>
        new($"Could not count dead letters at {broker}: {reason}", cause);

    private async Task<IReadOnlyList<DeadLetterCount>> AskAsync(IReadOnlyCollection<string> queues, CancellationToken cancellationToken)
    {
        List<DeadLetterCount> counts = new(queues.Count);
        IConnection connection = await broker.CreateFactory(patience).CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            IChannel? channel = null;
            foreach (string queue in queues)
            {
                // The broker closes the channel with the answer that a queue is missing; the next question needs a new one.
                if (channel is not { IsOpen: true })
                    channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                counts.Add(new DeadLetterCount(queue, await CountAsync(channel, queue, cancellationToken).ConfigureAwait(false)));
            }
        }

        return counts;
    }

    private static async Task<long?> CountAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }
}
