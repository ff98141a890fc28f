namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What takes messages from a queue for this process, as its transport can stop and start it.</summary>
public interface IReceiver
{
    /// <summary>Ends when no more messages arrive and those that were taken have ended or are back in the queue.</summary>
    Task StopAsync();

    /// <summary>Begins to take messages again, and ends when they arrive. Messages may come before that.</summary>
    Task StartAsync();
}

/// <summary>What the broker knows of a queue's consumers.</summary>
public interface IQueueConsumer
{
    /// <summary>How many consume the queue, this process among them; null where the broker does not say.</summary>
    /// <param name="cancellationToken">Cancelled when the answer is not wanted any longer.</param>
    Task<int?> CountAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends consuming, and returns when the broker hands out nothing more. What was taken is not lost: it goes on, and is answered or given back.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the bus stops.</param>
    /// <returns>False where it has gone already.</returns>
    Task<bool> TryCancelAsync(CancellationToken cancellationToken);
}
