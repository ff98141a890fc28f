namespace HaptiTalk.Messaging.Resilience;

/// <summary>A circuit opened: calls are refused until a probe is due.</summary>
public sealed record CircuitBreakerOpened : ServiceEvent
{
    /// <summary>Which rule opened it.</summary>
    public required CircuitOpenReason Reason { get; init; }

    /// <summary>Failures in a row at that moment; fewer than the threshold where a ratio or a failed probe opened it.</summary>
    public required int Failures { get; init; }

    /// <summary>How long until a probe is admitted.</summary>
    public required TimeSpan ResetTimeout { get; init; }

    /// <summary>The failure that opened it; null where slow calls did.</summary>
    public CircuitCause? Cause { get; init; }
}

/// <summary>A circuit admits probes.</summary>
public sealed record CircuitBreakerHalfOpened : ServiceEvent;

/// <summary>A circuit closed: everything is admitted again.</summary>
public sealed record CircuitBreakerClosed : ServiceEvent;

/// <summary>An operator isolated a circuit: it stays open until it is closed by hand.</summary>
public sealed record CircuitBreakerIsolated : ServiceEvent;

/// <summary>An operator disabled a circuit: it admits everything, and closes by itself after a time.</summary>
public sealed record CircuitBreakerDisabled : ServiceEvent
{
    /// <summary>When it closes, unless it is closed, reset or isolated before.</summary>
    public required DateTimeOffset Until { get; init; }
}
