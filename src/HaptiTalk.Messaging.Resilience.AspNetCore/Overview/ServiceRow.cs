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
    double CallsPerSecond,
    double? P99Seconds,
    int ActiveCalls,
    int MaxConcurrentCalls,
    int QueueLength,
    int QueueCapacity,
    int HeldMessages)
{
    public static IReadOnlyList<ServiceRow> From(IEnumerable<ServiceState> states) =>
    [
        .. states.Select(From)
            .OrderBy(row => row.Service, StringComparer.Ordinal)
            .ThenBy(row => row.Side, StringComparer.Ordinal)
            .ThenBy(row => row.Operation, StringComparer.Ordinal),
    ];

    private static ServiceRow From(ServiceState state)
    {
        ServiceSnapshot now = state.GetSnapshot();
        (double perSecond, TimeSpan? p99) = state.Recent.Read();
        return new(
            now.Service,
            SideName.Of(now.Side),
            now.Operation,
            DocumentedJson.NameOf(now.CircuitState),
            now.FailureCount,
            now.CircuitState == CircuitState.Closed ? null : now.TimeUntilProbe?.TotalSeconds,
            now.Since,
            now.OpenReason is { } reason ? DocumentedJson.NameOf(reason) : null,
            new(now.SuccessfulExecutions, now.FailedExecutions, now.FallbackExecutions, now.RejectedExecutions),
            Math.Round(perSecond, 3),
            p99?.TotalSeconds,
            now.ActiveCalls,
            now.MaxConcurrentCalls,
            now.QueueLength,
            now.QueueCapacity,
            now.HeldMessages);
    }
}

internal sealed record RowExecutions(long Successful, long Failed, long Fallback, long Rejected);
