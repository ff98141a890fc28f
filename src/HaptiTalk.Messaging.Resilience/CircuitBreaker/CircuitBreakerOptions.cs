using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>When a circuit opens and how it closes again (<c>CircuitBreaker</c>).</summary>
public sealed record CircuitBreakerOptions
{
    /// <summary>Consecutive failures that open the circuit. 1–1,000,000; default 5.</summary>
    [Range(1, 1_000_000)]
    public int FailureThreshold { get; init; } = 5;

    /// <summary>How long it stays open before it admits a probe. 1 ms–1 day; default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan ResetTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Probes admitted while half-open, and successes needed to close. 1–10,000; default 3.</summary>
    [Range(1, 10_000)]
    public int HalfOpenMaxCalls { get; init; } = 3;
}
