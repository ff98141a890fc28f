namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>What every variant meets.</summary>
/// <param name="Events">Events published, all at the beginning of the outage.</param>
/// <param name="Outage">How long the consumer fails everything.</param>
/// <param name="Concurrency">The endpoint's limit; null for MassTransit's own.</param>
internal sealed record OutageScenario(int Events, TimeSpan Outage, int? Concurrency);
