namespace HaptiTalk.Messaging.Resilience;

/// <summary>One circuit of a service on one side at one moment.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The operation that has it for itself; null where the service's operations share it.</summary>
    public string? Operation { get; init; }

    /// <summary>Its state.</summary>
    public required CircuitState State { get; init; }

    /// <summary>Failures in a row.</summary>
    public int FailureCount { get; init; }

    /// <summary>How long until an open circuit admits a probe; null when no time alone brings it.</summary>
    public TimeSpan? TimeUntilProbe { get; init; }

    /// <summary>Since when it has not been closed; null while it is.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Which rule opened it last; null while it is closed, and when it was isolated without having been open.</summary>
    public CircuitOpenReason? OpenReason { get; init; }

    /// <summary>What opened it last; null while it is closed, and where no failure did.</summary>
    public CircuitCause? Cause { get; init; }

    /// <summary>When it closes by itself; null unless somebody has disabled it.</summary>
    public DateTimeOffset? DisabledUntil { get; init; }

    /// <summary>Events and commands held because it is open; consumers alone.</summary>
    public int HeldMessages { get; init; }

    /// <summary>How bad its state is, from 0 for closed to 4 for isolated.</summary>
    public int Severity => SeverityOf(State);

    internal static CircuitSnapshot Of(Circuit circuit, int heldMessages)
    {
        CircuitView now = circuit.Breaker.View();
        return new()
        {
            Operation = circuit.Operation,
            State = now.State,
            FailureCount = now.Failures,
            TimeUntilProbe = now.TimeUntilProbe,
            Since = now.Since,
            OpenReason = now.Reason,
            Cause = now.Cause?.Value,
            DisabledUntil = now.DisabledUntil,
            HeldMessages = heldMessages,
        };
    }

    internal static int SeverityOf(CircuitState state) => state switch
    {
        CircuitState.Closed => 0,
        CircuitState.Disabled => 1,
        CircuitState.HalfOpen => 2,
        CircuitState.Open => 3,
        _ => 4,
    };
}
