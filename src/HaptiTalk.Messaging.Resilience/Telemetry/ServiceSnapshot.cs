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
    int QueueLength)
{
    /// <summary>Runs that were refused before they began and that no fallback stood in for; part of <see cref="FailedExecutions"/>.</summary>
    public long RejectedExecutions { get; init; }

    /// <summary>Since when the breaker has not been closed; null while it is.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Which rule opened the breaker last; null while it is closed, and when it was isolated without having been open.</summary>
    public CircuitOpenReason? OpenReason { get; init; }

    /// <summary>Calls that may run at once, as configured now.</summary>
    public int MaxConcurrentCalls { get; init; }

    /// <summary>Calls that may wait, as configured now.</summary>
    public int QueueCapacity { get; init; }

    /// <summary>Events and commands held because the circuit is open, or because what their consumer calls was refused; consumers alone.</summary>
    public int HeldMessages { get; init; }

    /// <summary>A circuit that is isolated although nothing has run there yet.</summary>
    internal static ServiceSnapshot OfIsolated(ControlTarget target, ResilienceSide side, DateTimeOffset since, BulkheadOptions bulkhead) => new(
        target.Service,
        side,
        target.Operation,
        SuccessfulExecutions: 0,
        FailedExecutions: 0,
        FallbackExecutions: 0,
        CircuitState.Isolated,
        FailureCount: 0,
        TimeUntilProbe: null,
        ActiveCalls: 0,
        QueueLength: 0)
    {
        Since = since,
        MaxConcurrentCalls = bulkhead.MaxConcurrentCalls,
        QueueCapacity = bulkhead.QueueCapacity,
    };
}
