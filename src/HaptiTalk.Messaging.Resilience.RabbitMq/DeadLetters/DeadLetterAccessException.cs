namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker could not be asked about its dead letters: unreachable, silent, or it refused. Nothing was changed.</summary>
public sealed class DeadLetterAccessException : Exception
{
    internal DeadLetterAccessException(string message, Exception? innerException, DeadLetterTrouble trouble)
        : base(message, innerException) => Trouble = trouble;

    /// <summary>Whether it was the broker, or the queue that was named.</summary>
    public DeadLetterTrouble Trouble { get; }
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

    /// <summary>Another look at the queue, or a removal from it, has not ended yet. Nothing was read.</summary>
    Busy,
}
