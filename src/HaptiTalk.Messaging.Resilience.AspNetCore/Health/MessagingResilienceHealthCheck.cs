using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Degraded while a circuit is not closed or a changed configuration could not be applied; never worse, because restarting helps against neither.</summary>
internal sealed class MessagingResilienceHealthCheck(IMessagingResilience resilience, ProfileCatalog catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (ServiceSnapshot snapshot in resilience.GetSnapshot().Where(snapshot => snapshot.CircuitState != CircuitState.Closed))
            findings[$"circuit {snapshot.Service}/{SideName.Of(snapshot.Side)}/{snapshot.Operation ?? "all"}"] = snapshot.CircuitState.ToString();
        foreach (ProfileProblem problem in catalog.Pending.Problems)
            findings[$"configuration {problem.Path}"] = problem.Message;

        return Task.FromResult(findings.Count == 0
            ? HealthCheckResult.Healthy("All circuits are closed, and the newest configuration is in force.")
            : HealthCheckResult.Degraded(string.Join("; ", findings.Select(finding => $"{finding.Key}: {finding.Value}")), data: findings));
    }
}
