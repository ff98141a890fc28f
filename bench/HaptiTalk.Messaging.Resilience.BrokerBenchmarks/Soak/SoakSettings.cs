namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>What one soak is given.</summary>
/// <param name="Length">How long faults come.</param>
/// <param name="Pause">Between two faults, on average.</param>
/// <param name="Seed">What happens, and when: the same again with the same seed.</param>
internal sealed record SoakSettings(TimeSpan Length, TimeSpan Pause, int Seed)
{
    /// <summary>The bound of every call.</summary>
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(2);

    /// <summary>How much later a call may end.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a consumer works on a message.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages of a kind that a service works on at once: with <see cref="Work"/>, 100 a second.</summary>
    public const int Concurrency = 10;

    /// <summary>Requests, and as many publishes: 55 % of what the services can do.</summary>
    public const int PerSecond = 55;

    /// <summary>Without faults, before the state at rest is looked at first.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    /// <summary>Without faults, after the last: the load goes on, and circuits close.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    /// <summary>How long rest may take to come once the load has ended.</summary>
    public static readonly TimeSpan RestPatience = TimeSpan.FromSeconds(90);

    /// <summary>More calls than there can be.</summary>
    public int Capacity => (int)((Length + WarmUp + Calm + TimeSpan.FromMinutes(5)).TotalSeconds * PerSecond);
}
