namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>Belongs to no service, so that the defaults apply to it.</summary>
public sealed record NumberedEvent(int Number);
