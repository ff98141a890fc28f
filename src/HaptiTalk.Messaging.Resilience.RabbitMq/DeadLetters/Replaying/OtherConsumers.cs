using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Waits for others, as looks are, to give back what they hold: nobody counts it, and it is not there to be replayed.</summary>
internal sealed class OtherConsumers(DeadLetterAccess broker, string queue)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <param name="session">Asks through it.</param>
    /// <param name="purpose">What for, in the words of an error.</param>
    /// <param name="waiting">Told now and then while it waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many messages are ready, and why there may be more; null when there are not.</returns>
    public async Task<(long Ready, string? Held)> WaitAsync(BrokerSession session, string purpose, Action waiting, CancellationToken cancellationToken)
    {
        long started = broker.Time.GetTimestamp();
        while (true)
        {
            QueueDeclareOk now = await broker.WithinTimeoutAsync(purpose, token => session.DeclarePassivelyAsync(queue, token), cancellationToken).ConfigureAwait(false)
                ?? throw broker.Failed(purpose, "there is no queue of this name", error: DeadLetterError.NoSuchQueue);
            if (now.ConsumerCount == 0)
                return (now.MessageCount, null);
            if (broker.Time.GetElapsedTime(started) >= broker.AnswerTimeout)
            {
                return (now.MessageCount,
                    $"'{queue}' has {now.ConsumerCount} other consumer(s). What they hold was not counted, and is not replayed: replay again when they have ended.");
            }

            waiting();
            await Task.Delay(Interval, broker.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
