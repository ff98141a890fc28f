namespace HaptiTalk.Messaging.Resilience;

/// <summary>A call was refused before it ran.</summary>
public sealed record Rejected : ServiceEvent
{
    /// <summary><see cref="FallbackReason.CircuitOpen"/>, <see cref="FallbackReason.BulkheadFull"/> or <see cref="FallbackReason.BrokerUnavailable"/>.</summary>
    public required FallbackReason Reason { get; init; }

    /// <summary>The earliest time, from then, at which another try can be admitted; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
