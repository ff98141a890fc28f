namespace HaptiTalk.Messaging.Resilience;

/// <summary>The state of a circuit breaker; the numbers are the values of the metric <c>circuit_breaker_state</c>.</summary>
public enum CircuitState
{
    /// <summary>Everything is admitted.</summary>
    Closed = 0,

    /// <summary>Nothing is admitted until the reset timeout has passed.</summary>
    Open = 1,

    /// <summary>A few probes are admitted; their success closes, one failure re-opens.</summary>
    HalfOpen = 2,

    /// <summary>An operator keeps it open until told otherwise.</summary>
    Isolated = 3,

    /// <summary>An operator has it admit everything for a time, whatever comes of it.</summary>
    Disabled = 4,
}
