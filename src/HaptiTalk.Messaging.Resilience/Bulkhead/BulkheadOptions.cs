using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How much may run and wait at once (<c>Bulkhead</c>).</summary>
public sealed record BulkheadOptions
{
    /// <summary>Calls that run at once. 1–100,000; default 20.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentCalls { get; init; } = 20;

    /// <summary>Calls that wait for one of those places; 0 refuses at once when all are taken. 0–1,000,000; default 10.</summary>
    [Range(0, 1_000_000)]
    public int QueueCapacity { get; init; } = 10;

    /// <summary>Longest wait in the queue. 1 ms–1 day; default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
}
