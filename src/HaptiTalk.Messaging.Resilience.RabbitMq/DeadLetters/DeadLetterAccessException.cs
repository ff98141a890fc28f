namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// An operation on dead letters failed. The broker was unreachable, did not answer or refused, or the export could not be written.
/// Unless <see cref="Removed"/> is above 0, nothing was changed.
/// </summary>
public sealed class DeadLetterAccessException : Exception
{
    /// <summary>Says what could not be done.</summary>
    /// <param name="message">What, and why.</param>
    /// <param name="innerException">What kept it from being done.</param>
    /// <param name="error">What failed.</param>
    /// <param name="removed">Messages that were removed from their queue, or may have been.</param>
    public DeadLetterAccessException(
        string message, Exception? innerException = null, DeadLetterError error = DeadLetterError.Broker, long removed = 0)
        : base(message, innerException) => (Error, Removed) = (error, removed);

    /// <summary>What failed: the broker, the named queue, or the export.</summary>
    public DeadLetterError Error { get; }

    /// <summary>
    /// How many messages a discard or a drain has removed from their queue, or may have removed. Above 0, keep the export: it may be their
    /// only copy. At 0, all of them are still in their queue.
    /// </summary>
    public long Removed { get; }
}

/// <summary>What failed.</summary>
public enum DeadLetterError
{
    /// <summary>The broker was unreachable, did not answer, or refused.</summary>
    Broker,

    /// <summary>The broker has no queue of that name.</summary>
    NoSuchQueue,

    /// <summary>The queue is a stream. Messages cannot be taken out of a stream.</summary>
    Stream,

    /// <summary>The stream that gets the messages failed, for example on a full disk.</summary>
    Export,

    /// <summary>Another operation on this queue has not ended yet. Nothing was read.</summary>
    Busy,
}
