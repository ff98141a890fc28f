namespace HaptiTalk.Messaging.Resilience;

/// <summary>One service on one side as <c>GET /resilience/overview</c> shows it.</summary>
internal sealed record ServiceRow(
    string Service,
    string Side,
    string? Operation,
    string State,
    int FailureCount,
    double? TimeUntilProbeSeconds,
    DateTimeOffset? Since,
    string? OpenReason,
    RowExecutions Executions,
    RowExecutions LastMinute,
    double CallsPerSecond,
    double? P99Seconds,
    int ActiveCalls,
    int MaxConcurrentCalls,
    int QueueLength,
    int QueueCapacity,
    int HeldMessages,
    IReadOnlyList<CircuitRow> Circuits)
{
    /// <summary>Every state with its circuits, and what is isolated without having run.</summary>
    public static IReadOnlyList<ServiceRow> All(ServiceStates states) =>
    [
        .. states.InUse.Select(From).Concat(states.ControlledUnused.Select(static unused => From(unused, new(0, 0, 0, 0), callsPerSecond: 0, p99: null)))
            .OrderBy(row => row.Service, StringComparer.Ordinal)
            .ThenBy(row => row.Side, StringComparer.Ordinal)
            .ThenBy(row => row.Operation, StringComparer.Ordinal),
    ];

    /// <summary>The same of one service.</summary>
    public static IReadOnlyList<ServiceRow> Of(ServiceStates states, string service) =>
        [.. All(states).Where(row => string.Equals(row.Service, service, StringComparison.OrdinalIgnoreCase))];

    private static ServiceRow From(IGrouping<ServiceState, OperationState> used)
    {
        RecentCalls recent = used.Key.Recent;
        (double perSecond, TimeSpan? p99) = recent.Read();
        return From(ServiceSnapshot.Of(used.Key, used), LastMinuteOf(recent), perSecond, p99);
    }

    private static ServiceRow From(ServiceSnapshot now, RowExecutions lastMinute, double callsPerSecond, TimeSpan? p99) => new(
        now.Service,
        SideName.Of(now.Side),
        now.Operation,
        DocumentedJson.NameOf(now.CircuitState),
        now.FailureCount,
        now.CircuitState == CircuitState.Closed ? null : now.TimeUntilProbe?.TotalSeconds,
        now.Since,
        now.OpenReason is { } reason ? DocumentedJson.NameOf(reason) : null,
        new(now.SuccessfulExecutions, now.FailedExecutions, now.FallbackExecutions, now.RejectedExecutions),
        lastMinute,
        Math.Round(callsPerSecond, 3),
        p99?.TotalSeconds,
        now.ActiveCalls,
        now.MaxConcurrentCalls,
        now.QueueLength,
        now.QueueCapacity,
        now.HeldMessages,
        [.. now.Circuits.Select(CircuitRow.From)]);

    private static RowExecutions LastMinuteOf(RecentCalls recent)
    {
        long fallback = recent.Count(ExecutionResult.Fallback);
        long rejected = recent.Count(ExecutionResult.Rejected);
        return new(recent.Count(ExecutionResult.Success), recent.Count(ExecutionResult.Failure) + fallback + rejected, fallback, rejected);
    }
}

internal sealed record RowExecutions(long Successful, long Failed, long Fallback, long Rejected);
