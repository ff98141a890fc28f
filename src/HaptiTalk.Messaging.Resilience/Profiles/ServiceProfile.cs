namespace HaptiTalk.Messaging.Resilience;

/// <summary>How one service is protected: the settings as the operator wrote them, with every default filled in.</summary>
public sealed record ServiceProfile
{
    /// <summary>
    /// Who shares a circuit, a bulkhead and counts. Default none: on the consumer side each operation has a circuit of its own, and all
    /// else is shared by the operations of the service on one side.
    /// </summary>
    public StateScope? Scope { get; init; }

    /// <summary>When the circuit opens and closes.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; init; } = new();

    /// <summary>How failed attempts are repeated.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>How long a call may take.</summary>
    public TimeoutOptions Timeout { get; init; } = new();

    /// <summary>When a fallback stands in.</summary>
    public FallbackOptions Fallback { get; init; } = new();

    /// <summary>How much may run and wait at once.</summary>
    public BulkheadOptions Bulkhead { get; init; } = new();

    /// <summary>How requests are sent to it.</summary>
    public RequestOptions Requests { get; init; } = new();
}
