namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>What stands around the work in a benchmark.</summary>
public enum Policy
{
    /// <summary>The circuit breaker alone.</summary>
    CircuitBreaker,

    /// <summary>The retry alone.</summary>
    Retry,

    /// <summary>The timeout alone.</summary>
    Timeout,

    /// <summary>The fallback alone.</summary>
    Fallback,

    /// <summary>The bulkhead alone.</summary>
    Bulkhead,

    /// <summary>All five, in their order.</summary>
    All,
}
