namespace HaptiTalk.Messaging.Resilience;

/// <summary>The broker of a bus is away, does not answer, or takes no messages: calls and publishes through it are refused at once.</summary>
public sealed record BrokerLost : ResilienceEvent
{
    /// <summary>The broker's address, without credentials.</summary>
    public required string Broker { get; init; }

    /// <summary>What was noticed.</summary>
    public required string Reason { get; init; }
}

/// <summary>The broker of a bus is back: calls and publishes go through it again, and open circuits probe at once.</summary>
public sealed record BrokerBack : ResilienceEvent
{
    /// <summary>The broker's address, without credentials.</summary>
    public required string Broker { get; init; }

    /// <summary>How long calls were refused.</summary>
    public required TimeSpan AwayFor { get; init; }
}
