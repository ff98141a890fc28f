namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change of a breaker's state, reported after it has happened.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Failures">Failures in a row at that moment.</param>
/// <param name="Opening">Why and for how long, where it opened; else null.</param>
/// <param name="DisabledUntil">Until when, where it was disabled; else null.</param>
internal readonly record struct CircuitTransition(
    CircuitState From, CircuitState To, int Failures, CircuitOpening? Opening, DateTimeOffset? DisabledUntil = null);

/// <summary>Why a circuit opened, and for how long.</summary>
/// <param name="Reason">The rule.</param>
/// <param name="ResetTimeout">How long until a probe.</param>
/// <param name="Cause">The failure, put into words by the first who asks; null where none opened it.</param>
internal readonly record struct CircuitOpening(CircuitOpenReason Reason, TimeSpan ResetTimeout, Lazy<CircuitCause>? Cause = null);
