using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How often and how fast a failed attempt is repeated (<c>Retry</c>).</summary>
public sealed record RetryOptions
{
    /// <summary>Repeats after the first attempt; 0 turns retrying off. 0–100; default 3.</summary>
    [Range(0, 100)]
    public int MaxRetries { get; init; } = 3;

    /// <summary>Wait before the first repeat. 0–1 day; default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before jitter, at least <see cref="InitialDelay"/>. 0–1 day; default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Factor from one wait to the next. 1–100; default 2.</summary>
    [Range(1d, 100d)]
    public double BackoffMultiplier { get; init; } = 2;

    /// <summary>Share by which a wait is shortened or lengthened at random. 0–1; default 0.1.</summary>
    [Range(0d, 1d)]
    public double JitterFactor { get; init; } = 0.1;

    /// <summary>
    /// The most repeats of a client or publisher, as a share of its calls within <see cref="BudgetWindow"/>; what
    /// <see cref="BudgetFloor"/> allows comes on top. 0–100; default 0.2.
    /// </summary>
    [Range(0d, 100d)]
    public double BudgetRatio { get; init; } = 0.2;

    /// <summary>How long a call and a repeat count for the budget. 1 s–1 min; default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan BudgetWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Repeats a second that a client or publisher may make however few calls it has. 0–1000; default 3.</summary>
    [Range(0d, 1000d)]
    public double BudgetFloor { get; init; } = 3;

    /// <summary>Exception types, by name with or without namespace, that are retried besides those retried anyway. Default none.</summary>
    public IReadOnlyList<string> Handle { get; init; } = [];

    /// <summary>Exception types, by name with or without namespace, that are never retried. Default none.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}
