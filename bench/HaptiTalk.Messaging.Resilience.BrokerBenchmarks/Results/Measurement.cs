namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>What one variant did in one round of one scenario.</summary>
internal sealed record Measurement(string Scenario, string Variant, int Round, IReadOnlyDictionary<string, double> Values);
