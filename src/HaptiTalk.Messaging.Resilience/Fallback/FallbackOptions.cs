using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>When something stands in for a failure, and what (<c>Fallback</c>).</summary>
public sealed record FallbackOptions
{
    /// <summary>Failures within <see cref="ErrorWindow"/>, the current one counted, from which on the fallback is used. 1–10,000; default 3.</summary>
    [Range(1, 10_000)]
    public int ErrorThreshold { get; init; } = 3;

    /// <summary>How long a failure counts. 1 ms–1 day; default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan ErrorWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What stands in. Default <see cref="FallbackSource.Registered"/>.</summary>
    public FallbackSource Source { get; init; } = FallbackSource.Registered;

    /// <summary>How old a last good reply may be, where <see cref="Source"/> asks for it. 1 s–30 days; default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan MaxStaleAge { get; init; } = TimeSpan.FromHours(1);
}
