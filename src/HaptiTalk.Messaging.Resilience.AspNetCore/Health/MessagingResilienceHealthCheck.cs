using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Degraded while a broker is lost, a circuit is not closed, an endpoint is paused or a changed configuration could not be applied; never worse, because restarting helps against none of it.</summary>
internal sealed class MessagingResilienceHealthCheck(IMessagingResilience resilience, ProfileCatalog catalog, PausedEndpoints endpoints, LostBrokers brokers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthFinding[] findings = [.. Brokers(), .. Circuits(), .. Endpoints(), .. Configuration()];
        return Task.FromResult(findings.Length == 0
            ? HealthCheckResult.Healthy("All brokers are there, all circuits are closed, no endpoint is paused, and the newest configuration is in force.")
            : HealthCheckResult.Degraded(
                string.Join(" ", findings.Select(finding => finding.ToString())),
                data: findings.ToDictionary(finding => finding.Key, object (finding) => finding.Data, StringComparer.Ordinal)));
    }

    private IEnumerable<HealthFinding> Brokers() =>
        brokers.All.Select(static broker => new HealthFinding($"broker/{broker.Broker}", "LOST", broker.Since, broker.Reason));

    private IEnumerable<HealthFinding> Circuits() =>
        from snapshot in resilience.GetSnapshot()
        from circuit in snapshot.Circuits
        where circuit.State != CircuitState.Closed
        select new HealthFinding(
            $"circuit/{snapshot.Service}/{SideName.Of(snapshot.Side)}/{circuit.Operation ?? "all"}",
            DocumentedJson.NameOf(circuit.State),
            circuit.Since,
            ReasonOf(circuit));

    // A disabled circuit protects nothing, and people forget that it is disabled.
    private static string ReasonOf(CircuitSnapshot circuit) => circuit switch
    {
        { State: CircuitState.Isolated } => "isolated by hand",
        { State: CircuitState.Disabled, DisabledUntil: { } until } => $"disabled by hand until {HealthFinding.Write(until)}",
        { Cause: { } cause } => $"{circuit.OpenReason}: {cause}",
        _ => $"{circuit.OpenReason}",
    };

    private IEnumerable<HealthFinding> Endpoints() =>
        endpoints.All.Select(endpoint => new HealthFinding($"endpoint/{endpoint.Address}", endpoint.State, endpoint.Since, endpoint.Reason));

    private IEnumerable<HealthFinding> Configuration()
    {
        PendingConfiguration pending = catalog.Pending;
        return pending.Problems
            .GroupBy(problem => problem.Path, StringComparer.Ordinal)
            .Select(problems => new HealthFinding(
                $"configuration/{problems.Key}", "INVALID", pending.Since, string.Join(" ", problems.Select(problem => problem.ToString()))));
    }
}

/// <summary>One problem.</summary>
/// <param name="Key">Its key in the data.</param>
/// <param name="State">The state that is wrong.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why.</param>
internal sealed record HealthFinding(string Key, string State, DateTimeOffset? Since, string Reason)
{
    private string? Moment => Since is { } since ? Write(since) : null;

    public static string Write(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>As it stands in the data.</summary>
    public IReadOnlyDictionary<string, string?> Data => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["state"] = State,
        ["since"] = Moment,
        ["reason"] = Reason,
    };

    public override string ToString() => $"{Key} is {State} since {Moment}: {Reason.TrimEnd('.')}.";
}
