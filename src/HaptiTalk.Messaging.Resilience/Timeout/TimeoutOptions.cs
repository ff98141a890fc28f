using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How long a call may take (<c>Timeout</c>).</summary>
public sealed record TimeoutOptions
{
    /// <summary>Bound of the whole call, queueing and all retries included. 1 ms–1 day; default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bound of one attempt, at most <see cref="DefaultTimeout"/>. 1 ms–1 day; default none: an attempt has all the time that is
    /// left. Only where it is set is a call repeated that got no answer in time: without it no time is left for that.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>
    /// Totals by dependency (<c>database</c>, <c>redis</c>, <c>external</c> …) that replace <see cref="DefaultTimeout"/>
    /// where <see cref="ExecutionOptions.Dependency"/> names one. 1 ms–1 day each; default none.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public IReadOnlyDictionary<string, TimeSpan> Timeouts
    {
        get;
        init => field = value.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    } = FrozenDictionary<string, TimeSpan>.Empty;

    /// <summary>
    /// How far the clocks of two machines may be apart. A request's deadline is a time of its sender's clock: it is dropped as
    /// expired only when that is past by more than this. 0–1 day; default 200 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ClockSkewTolerance { get; init; } = TimeSpan.FromMilliseconds(200);
}
