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
    public static IReadOnlyList<ServiceRow> All(IMessagingResilience resilience) =>
    [
        .. resilience.GetSnapshot().Select(From)
            .OrderBy(row => row.Service, StringComparer.Ordinal)
            .ThenBy(row => row.Side, StringComparer.Ordinal)
            .ThenBy(row => row.Operation, StringComparer.Ordinal),
    ];

    /// <summary>The same of one service.</summary>
    public static IReadOnlyList<ServiceRow> Of(IMessagingResilience resilience, string service) =>
        [.. All(resilience).Where(row => string.Equals(row.Service, service, StringComparison.OrdinalIgnoreCase))];

    private static ServiceRow From(ServiceSnapshot now) => new(
        now.Service,
        EnumText.NameOf(now.Side),
        now.Operation,
        DocumentedJson.NameOf(now.CircuitState),
        now.FailureCount,
        now.CircuitState == CircuitState.Closed ? null : now.TimeUntilProbe?.TotalSeconds,
        now.Since,
        now.OpenReason is { } reason ? DocumentedJson.NameOf(reason) : null,
        new(now.SuccessfulExecutions, now.FailedExecutions, now.FallbackExecutions, now.RejectedExecutions),
        now.LastMinute is { } last ? new(last.Successful, last.Failed, last.Fallback, last.Rejected) : new(0, 0, 0, 0),
        Math.Round(now.LastMinute?.PerSecond ?? 0, 3),
        now.LastMinute?.Percentile99?.TotalSeconds,
        now.ActiveCalls,
        now.MaxConcurrentCalls,
        now.QueueLength,
        now.QueueCapacity,
        now.HeldMessages,
        [.. now.Circuits.Select(CircuitRow.From)]);
}

internal sealed record RowExecutions(long Successful, long Failed, long Fallback, long Rejected);
