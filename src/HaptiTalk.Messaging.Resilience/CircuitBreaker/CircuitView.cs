namespace HaptiTalk.Messaging.Resilience;

/// <summary>A breaker at one moment.</summary>
/// <param name="State">The state.</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="Since">Since when it has not been closed.</param>
/// <param name="Reason">Which rule opened it last.</param>
/// <param name="TimeUntilProbe">How long until a probe can be admitted; null when no time alone brings it.</param>
/// <param name="Cause">What opened it last.</param>
/// <param name="DisabledUntil">Until when it is disabled.</param>
internal readonly record struct CircuitView(
    CircuitState State,
    int Failures,
    DateTimeOffset? Since,
    CircuitOpenReason? Reason,
    TimeSpan? TimeUntilProbe,
    Lazy<CircuitCause>? Cause,
    DateTimeOffset? DisabledUntil);
