namespace HaptiTalk.Messaging.Resilience;

/// <summary>A change of a breaker's state, reported after it has happened.</summary>
internal readonly record struct CircuitTransition(CircuitState From, CircuitState To, int Failures, TimeSpan? ResetTimeout);
