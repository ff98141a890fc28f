using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>When a registered fallback stands in for a failure (<c>Fallback</c>).</summary>
public sealed record FallbackOptions
{
    /// <summary>Failures within <see cref="ErrorWindow"/>, the current one counted, from which on the fallback is used. 1–10,000; default 3.</summary>
    [Range(1, 10_000)]
    public int ErrorThreshold { get; init; } = 3;

    /// <summary>How long a failure counts. 1 ms–1 day; default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan ErrorWindow { get; init; } = TimeSpan.FromMinutes(1);
}
