namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Kills;

public sealed record NumberedMessage(int Number);
