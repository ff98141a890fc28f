namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>How a run queues at a full bulkhead.</summary>
public enum Queueing
{
    /// <summary>Somebody waits for the answer: it queues within the queue's bounds, or is refused.</summary>
    Bounded,

    /// <summary>Somebody waits for it to be done, as with a publish: a burst queues however long it is, until the timeout.</summary>
    UntilTimeout,

    /// <summary>Nobody waits, as with an event that is consumed: it queues as long as it takes.</summary>
    Unbounded,
}
