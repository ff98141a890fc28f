namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

[ServiceProfile("quote")]
public sealed record GetQuote(string Symbol);

public sealed record Quote(decimal Price);

[ServiceProfile("feedback")]
public sealed record FeedbackGiven(string Text);
