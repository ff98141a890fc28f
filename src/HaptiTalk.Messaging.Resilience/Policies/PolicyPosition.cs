namespace HaptiTalk.Messaging.Resilience;

/// <summary>Where a policy of the host's own stands among the framework's, outermost first.</summary>
public enum PolicyPosition
{
    /// <summary>Around everything, the fallback included.</summary>
    Outermost,

    /// <summary>Inside the fallback, around the bulkhead: what it throws may fall back, and takes no place.</summary>
    BeforeBulkhead,

    /// <summary>Inside the bulkhead, around the circuit breaker.</summary>
    BeforeCircuitBreaker,

    /// <summary>Inside the breaker, around the total timeout: what it throws counts for the breaker.</summary>
    BeforeTimeout,

    /// <summary>Inside the total timeout, around the retry: once a call.</summary>
    BeforeRetry,

    /// <summary>Inside the retry, around the attempt's timeout: once an attempt.</summary>
    BeforeAttempt,

    /// <summary>Directly around the work.</summary>
    Innermost,
}
