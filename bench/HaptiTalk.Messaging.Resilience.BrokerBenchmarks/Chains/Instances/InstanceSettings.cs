namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What one process of a scenario is.</summary>
/// <param name="Profiles">The settings below <c>Resilience</c>, as one writes them for all services of a system.</param>
internal sealed record InstanceSettings(IReadOnlyDictionary<string, string> Profiles)
{
    /// <summary>The service it is, whose queue it consumes; null for one that only calls.</summary>
    public string? Service { get; init; }

    /// <summary>Unless a scenario is about an environment's overlay, none applies.</summary>
    public string Environment { get; init; } = "Benchmark";

    public IReadOnlyList<ConsumerSettings> Consumers { get; init; } = [];

    public ushort Prefetch { get; init; } = 64;

    public bool IsQuorum { get; init; }

    /// <summary>Where its bus is; set by the site.</summary>
    public Uri? Broker { get; init; }
}

/// <summary>What becomes of one type of message.</summary>
/// <param name="Message">The type's name.</param>
internal sealed record ConsumerSettings(string Message)
{
    public TimeSpan Work { get; init; }

    /// <summary>The message with which it then asks the next service; null where it is the last.</summary>
    public string? Next { get; init; }

    /// <summary>Whether it fails with good messages too.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether it fails as a library for validation does.</summary>
    public bool Validates { get; init; }
}
