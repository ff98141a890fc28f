namespace HaptiTalk.Messaging.Resilience;

/// <summary>The state of one service on one side at one moment.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Side">Where the calls are protected.</param>
/// <param name="Operation">The operation, where it shares nothing with others; null where the service's operations share.</param>
/// <param name="SuccessfulExecutions">Runs that ended well, since the process began.</param>
/// <param name="FailedExecutions">Runs that failed or were refused, those that a fallback stood in for included.</param>
/// <param name="FallbackExecutions">Runs that a fallback stood in for.</param>
/// <param name="CircuitState">The state of the circuit; of several the worst.</param>
/// <param name="FailureCount">Failures in a row; of several circuits the most.</param>
/// <param name="TimeUntilProbe">How long until the worst circuit admits a probe; null when no time alone brings it.</param>
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

    /// <summary>Since when the worst circuit has not been closed; null while all are.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Which rule opened the worst circuit last; null while it is closed, and when it was isolated without having been open.</summary>
    public CircuitOpenReason? OpenReason { get; init; }

    /// <summary>How bad <see cref="CircuitState"/> is, from 0 for closed to 4 for isolated.</summary>
    public int Severity => CircuitSnapshot.SeverityOf(CircuitState);

    /// <summary>Calls that may run at once, as configured now.</summary>
    public int MaxConcurrentCalls { get; init; }

    /// <summary>Calls that may wait, as configured now.</summary>
    public int QueueCapacity { get; init; }

    /// <summary>Events and commands held because a circuit is open, or because what their consumer calls was refused; consumers alone.</summary>
    public int HeldMessages { get; init; }

    /// <summary>The operations that have run here, in no order; without those whose profile a reload has taken away.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>What the last minute was like; null until <see cref="Monitoring.IResilienceMonitor.KeepLastMinute"/>, and where nothing has run.</summary>
    public RecentExecutions? LastMinute { get; init; }

    /// <summary>Each circuit, by operation: one where the operations share it.</summary>
    public IReadOnlyList<CircuitSnapshot> Circuits { get; init; } = [];

    /// <summary>A state as it is now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="operations">The operations that use it; at least one.</param>
    internal static ServiceSnapshot Of(ServiceState state, IEnumerable<OperationState> operations)
    {
        CircuitSnapshot[] circuits =
        [
            .. from operation in operations
               group operation by operation.Circuit into sharing
               orderby sharing.Key.Operation
               select CircuitSnapshot.Of(sharing.Key, sharing.Sum(static operation => operation.HeldMessages)),
        ];
        CircuitSnapshot worst = circuits.MaxBy(static circuit => circuit.Severity)!;
        return new(
            state.Service,
            state.Side,
            state.Operation,
            state.Counts.Successful,
            state.Counts.Failed,
            state.Counts.Fallback,
            worst.State,
            circuits.Max(static circuit => circuit.FailureCount),
            worst.TimeUntilProbe,
            state.Bulkhead.ActiveCalls,
            state.Bulkhead.QueueLength)
        {
            RejectedExecutions = state.Counts.Rejected,
            Since = worst.Since,
            OpenReason = worst.OpenReason,
            MaxConcurrentCalls = state.Bulkhead.Options.MaxConcurrentCalls,
            QueueCapacity = state.Bulkhead.Options.QueueCapacity,
            HeldMessages = circuits.Sum(static circuit => circuit.HeldMessages),
            Operations = operations.Where(static operation => operation.IsShown).Select(static operation => operation.Name).ToArray(),
            LastMinute = state.Telemetry.KeepsRecentCalls ? state.Recent.Read() : null,
            Circuits = circuits,
        };
    }

    /// <summary>A circuit that is isolated or disabled although nothing has run there yet.</summary>
    internal static ServiceSnapshot Of(StandingOrders.Order order, BulkheadOptions bulkhead) => new(
        order.Target.Service,
        order.Target.Side!.Value,
        order.Target.Operation,
        SuccessfulExecutions: 0,
        FailedExecutions: 0,
        FallbackExecutions: 0,
        order.State,
        FailureCount: 0,
        TimeUntilProbe: null,
        ActiveCalls: 0,
        QueueLength: 0)
    {
        Since = order.Since,
        Circuits = [new() { Operation = order.Target.Operation, State = order.State, Since = order.Since, DisabledUntil = order.Until }],
        MaxConcurrentCalls = bulkhead.MaxConcurrentCalls,
        QueueCapacity = bulkhead.QueueCapacity,
    };
}
