namespace HaptiTalk.Messaging.Resilience;

/// <summary>How many messages wait in one queue.</summary>
/// <param name="Queue">The queue that was asked for.</param>
/// <param name="Messages">The messages ready in it; null when the broker has no queue of this name.</param>
public sealed record DeadLetterCount(string Queue, long? Messages)
{
    /// <summary>Whether the queue is there. One that is there and empty counts 0.</summary>
    public bool Exists => Messages is not null;
}
