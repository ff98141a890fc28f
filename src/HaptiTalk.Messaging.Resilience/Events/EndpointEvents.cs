namespace HaptiTalk.Messaging.Resilience;

/// <summary>An endpoint stopped taking messages, because it had held some for as long as it may; they are back in the queue.</summary>
public sealed record EndpointPaused : ServiceEvent
{
    /// <summary>The endpoint's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long it had held messages, by <see cref="CircuitBreakerOptions.HoldLimit"/>.</summary>
    public required TimeSpan HoldLimit { get; init; }
}

/// <summary>An endpoint stopped taking messages, because its circuit is open and other instances consume its queue; what it held is back in the queue.</summary>
public sealed record EndpointStoodAside : ServiceEvent
{
    /// <summary>The endpoint's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How many others consumed its queue then. From 1.</summary>
    public required int Others { get; init; }
}

/// <summary>
/// An endpoint that was paused or stood aside takes messages again: the breaker admits a probe or has closed, or nobody else consumes
/// its queue any longer.
/// </summary>
public sealed record EndpointResumed : ServiceEvent
{
    /// <summary>The endpoint's address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How long it was paused.</summary>
    public required TimeSpan PausedFor { get; init; }
}
