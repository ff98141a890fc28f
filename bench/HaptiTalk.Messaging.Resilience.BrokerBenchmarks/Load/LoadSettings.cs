namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>What every protection is given.</summary>
/// <param name="Deadline">How long a caller waits.</param>
/// <param name="Concurrency">What the service does side by side.</param>
/// <param name="Prefetch">Messages that the broker delivers ahead.</param>
internal sealed record LoadSettings(TimeSpan Deadline, int Concurrency, int Prefetch);
