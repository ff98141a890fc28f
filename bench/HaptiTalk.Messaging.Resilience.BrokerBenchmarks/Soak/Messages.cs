namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>Asks the first of the chain, which asks the second.</summary>
[ServiceProfile("orders")]
public sealed record SoakOrder(int Number);

public sealed record SoakOrdered(int Number);

/// <summary>Asks the second.</summary>
[ServiceProfile("stock")]
public sealed record SoakStock(int Number);

public sealed record SoakInStock(int Number);

/// <summary>Is published; each that was confirmed must arrive.</summary>
[ServiceProfile("stock")]
public sealed record SoakEvent(int Number);
