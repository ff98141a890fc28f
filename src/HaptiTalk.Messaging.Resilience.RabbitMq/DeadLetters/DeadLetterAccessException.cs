namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The broker could not be asked about its dead letters: unreachable, silent, or it refused; or they could not be written down. Nothing
/// was changed unless <see cref="Removed"/> says otherwise.
/// </summary>
public sealed class DeadLetterAccessException : Exception
{
    /// <summary>Says what could not be done.</summary>
    /// <param name="message">What, and why.</param>
    /// <param name="innerException">What kept it from being done.</param>
    /// <param name="trouble">Where.</param>
    /// <param name="removed">Messages that were removed from their queue, or may have been.</param>
    public DeadLetterAccessException(
        string message, Exception? innerException = null, DeadLetterTrouble trouble = DeadLetterTrouble.Broker, long removed = 0)
        : base(message, innerException) => (Trouble, Removed) = (trouble, removed);

    /// <summary>Whether it was the broker, the queue that was named, or the export.</summary>
    public DeadLetterTrouble Trouble { get; }

    /// <summary>
    /// Messages that a discard or a drain has removed from their queue, or may have. Above 0 the export may be the only copy of them, and
    /// is to be kept; at 0 they are all in their queue, and the export is not needed.
    /// </summary>
    public long Removed { get; }
}

/// <summary>What kept the broker from being asked.</summary>
public enum DeadLetterTrouble
{
    /// <summary>The broker is unreachable or silent, or refused.</summary>
    Broker,

    /// <summary>It has no queue of that name.</summary>
    NoSuchQueue,

    /// <summary>The queue is a stream: nothing leaves it by being read.</summary>
    Stream,

    /// <summary>The stream that gets the messages failed, for example on a full disk.</summary>
    Export,

    /// <summary>Another look at the queue, or a removal from it, has not ended yet. Nothing was read.</summary>
    Busy,
}
