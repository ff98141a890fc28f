namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>The names on <c>/metrics</c> that dashboards and rules of others are written for: changing one breaks them.</summary>
internal static class DocumentedMetrics
{
    private static readonly string[] Usual = ["service", "operation", "side"];

    public static IReadOnlyDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["circuit_breaker_state"] = Usual,
        ["circuit_breaker_calls_total"] = [.. Usual, "result"],
        ["retry_attempts_total"] = [.. Usual, "attempt_number"],
        ["retry_budget_exhausted_total"] = Usual,
        ["operation_timeouts_total"] = Usual,
        ["fallback_executions_total"] = [.. Usual, "fallback_key"],
        ["bulkhead_rejections_total"] = Usual,
        ["bulkhead_queue_size"] = Usual,
        ["bulkhead_active_calls"] = Usual,
        ["held_messages"] = Usual,
        ["executions_total"] = [.. Usual, "result", "origin"],
        ["execution_duration_seconds_bucket"] = [.. Usual, "result", "le"],
        ["execution_duration_seconds_sum"] = [.. Usual, "result"],
        ["execution_duration_seconds_count"] = [.. Usual, "result"],
        ["expired_messages_total"] = Usual,
        ["late_replies_total"] = Usual,
        ["profile_reload_failed"] = [],
        ["event_observer_failures_total"] = ["reason"],
    };
}
