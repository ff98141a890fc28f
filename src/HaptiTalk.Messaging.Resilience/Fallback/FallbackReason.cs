namespace HaptiTalk.Messaging.Resilience;

/// <summary>Why a fallback reply stands in for the real one.</summary>
public enum FallbackReason
{
    /// <summary>It does not: the reply is the real one.</summary>
    None,

    /// <summary>The work failed, and so often that the threshold was reached.</summary>
    Failed,

    /// <summary>The work took too long, and so often that the threshold was reached.</summary>
    TimedOut,

    /// <summary>The circuit breaker is open or isolated.</summary>
    CircuitOpen,

    /// <summary>The bulkhead and its queue are full, or the wait in the queue was too long.</summary>
    BulkheadFull,

    /// <summary>The broker is away or takes no messages, so nothing was sent.</summary>
    BrokerUnavailable,
}
