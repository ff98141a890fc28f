namespace HaptiTalk.Messaging.Resilience;

/// <summary>The state of one service on one side at one moment.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Side">Where the calls are protected.</param>
/// <param name="Operation">The operation, where it has state of its own; null when all operations share.</param>
/// <param name="SuccessfulExecutions">Runs that ended well, since the process began.</param>
/// <param name="FailedExecutions">Runs that failed or were refused, those that a fallback stood in for included.</param>
/// <param name="FallbackExecutions">Runs that a fallback stood in for.</param>
/// <param name="CircuitState">The breaker's state.</param>
/// <param name="FailureCount">Failures in a row.</param>
/// <param name="TimeUntilProbe">How long until an open breaker admits a probe; null when no time alone brings it.</param>
/// <param name="ActiveCalls">Calls running.</param>
/// <param name="QueueLength">Calls waiting for a place.</param>
public sealed record ServiceSnapshot(
    string Service,
    ResilienceSide Side,
    string? Operation,
    long SuccessfulExecutions,
    long FailedExecutions,
    long FallbackExecutions,
    CircuitState CircuitState,
    int FailureCount,
    TimeSpan? TimeUntilProbe,
    int ActiveCalls,
    int QueueLength);
