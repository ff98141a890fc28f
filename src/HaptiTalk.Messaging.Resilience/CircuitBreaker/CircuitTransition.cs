namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change of a breaker's state, reported after it has happened.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Failures">Failures in a row at that moment.</param>
/// <param name="Opening">Why and for how long, where it opened; else null.</param>
internal readonly record struct CircuitTransition(CircuitState From, CircuitState To, int Failures, CircuitOpening? Opening);

/// <summary>Why a circuit opened, and for how long.</summary>
internal readonly record struct CircuitOpening(CircuitOpenReason Reason, TimeSpan ResetTimeout);
