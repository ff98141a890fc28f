namespace HaptiTalk.Messaging.Resilience;

/// <summary>An endpoint stopped taking messages, because it had held some for as long as it may; they are back in the queue.</summary>
public sealed record EndpointPaused : ServiceEvent
{
    /// <summary>The endpoint's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long it had held messages, by <see cref="CircuitBreakerOptions.HoldLimit"/>.</summary>
    public required TimeSpan HoldLimit { get; init; }
}

/// <summary>A paused endpoint takes messages again: the breaker admits a probe, or has closed.</summary>
public sealed record EndpointResumed : ServiceEvent
{
    /// <summary>The endpoint's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long it was paused.</summary>
    public required TimeSpan PausedFor { get; init; }
}
