namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

[ServiceProfile("load")]
public sealed record LoadRequest(int Number, string Text);

public sealed record LoadReply(int Number, string Text);
