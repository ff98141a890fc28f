using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One service as <c>GET /resilience/metrics</c> shows it: all its sides together, then each side.</summary>
internal sealed record ServiceMetrics(
    string Policy, bool Healthy, ExecutionMetrics Executions, CircuitBreakerMetrics CircuitBreaker, BulkheadMetrics Bulkhead)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ServiceMetrics>? Sides { get; init; }

    public static IReadOnlyDictionary<string, ServiceMetrics> From(IReadOnlyList<ServiceSnapshot> snapshots) => snapshots
        .GroupBy(snapshot => snapshot.Service, StringComparer.Ordinal)
        .ToDictionary(
            service => service.Key,
            service => Combine(service.Key, [.. service]) with
            {
                Sides = service
                    .GroupBy(snapshot => snapshot.Side)
                    .ToDictionary(side => JsonNamingPolicy.CamelCase.ConvertName(side.Key.ToString()), side => Combine(service.Key, [.. side]), StringComparer.Ordinal),
            },
            StringComparer.Ordinal);

    private static ServiceMetrics Combine(string service, IReadOnlyList<ServiceSnapshot> snapshots)
    {
        ServiceSnapshot worst = snapshots.MaxBy(snapshot => snapshot.Severity)!;
        return new(
            $"{service}-service",
            snapshots.All(snapshot => snapshot.CircuitState == CircuitState.Closed),
            new(
                snapshots.Sum(snapshot => snapshot.SuccessfulExecutions + snapshot.FailedExecutions),
                snapshots.Sum(snapshot => snapshot.SuccessfulExecutions),
                snapshots.Sum(snapshot => snapshot.FailedExecutions),
                snapshots.Sum(snapshot => snapshot.FallbackExecutions)),
            new(JsonNamingPolicy.SnakeCaseUpper.ConvertName(worst.CircuitState.ToString()), snapshots.Max(snapshot => snapshot.FailureCount)),
            new(snapshots.Sum(snapshot => snapshot.ActiveCalls), snapshots.Sum(snapshot => snapshot.QueueLength)));
    }
}

internal sealed record ExecutionMetrics(long TotalExecutions, long SuccessfulExecutions, long FailedExecutions, long FallbackExecutions);

internal sealed record CircuitBreakerMetrics(string State, int FailureCount);

internal sealed record BulkheadMetrics(int ActiveCalls, int QueueLength);
