namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>What every protection is given.</summary>
/// <param name="Deadline">How long a caller waits.</param>
/// <param name="Concurrency">What the service does side by side.</param>
/// <param name="Prefetch">Messages that the broker delivers ahead.</param>
internal sealed record LoadSettings(TimeSpan Deadline, int Concurrency, int Prefetch)
{
    /// <summary>Settings of the framework beside these.</summary>
    public IReadOnlyDictionary<string, string> Resilience { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
