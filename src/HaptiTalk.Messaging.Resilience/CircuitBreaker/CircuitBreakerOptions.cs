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

    /// <summary>
    /// Second rule, beside the consecutive one: the share of failed calls within <see cref="SamplingDuration"/> that opens the
    /// circuit. Above 0, at most 1; default none, which turns the rule off.
    /// </summary>
    [Range(0.001, 1d)]
    public double? FailureRatio { get; init; }

    /// <summary>Calls within <see cref="SamplingDuration"/> below which no ratio is judged. 1–1,000,000; default 20.</summary>
    [Range(1, 1_000_000)]
    public int MinimumThroughput { get; init; } = 20;

    /// <summary>How long a call counts for the ratios. 100 ms–1 day; default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan SamplingDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A call that takes longer is slow, however it ends; a slow probe re-opens the circuit. 1 ms–1 day; default none.
    /// It is set together with <see cref="SlowCallRatio"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan? SlowCallDuration { get; init; }

    /// <summary>The share of slow calls within <see cref="SamplingDuration"/> that opens the circuit. Above 0, at most 1; default none.</summary>
    [Range(0.001, 1d)]
    public double? SlowCallRatio { get; init; }

    /// <summary>
    /// How long an event or command is held by a consumer while the circuit is open, before its endpoint is paused and its
    /// messages go back to the queue for other instances. 1 s–25 min, which is below RabbitMQ's <c>consumer_timeout</c>; default 2 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:25:00")]
    public TimeSpan HoldLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Exception types, by name with or without namespace, that count although they are a caller's own mistake. Default none.
    /// </summary>
    public IReadOnlyList<string> Handle { get; init; } = [];

    /// <summary>Exception types, by name with or without namespace, that never count. Wins over <see cref="Handle"/>. Default none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    internal bool Samples => FailureRatio is not null || SlowCallRatio is not null;
}
