using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Degraded while a broker is lost, a circuit is not closed, an endpoint is paused or a changed configuration could not be applied; never worse, because restarting helps against none of it.</summary>
internal sealed class MessagingResilienceHealthCheck(IMessagingResilience resilience) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HostSnapshot host = resilience.GetHostSnapshot();
        HealthFinding[] findings = [.. Brokers(host), .. Circuits(), .. Endpoints(host), .. Configuration(host)];
        return Task.FromResult(findings.Length == 0
            ? HealthCheckResult.Healthy("All brokers are there, all circuits are closed, no endpoint is paused, and the newest configuration is in force.")
            : HealthCheckResult.Degraded(
                string.Join(" ", findings.Select(finding => finding.ToString())),
                data: findings.ToDictionary(finding => finding.Key, object (finding) => finding.Data, StringComparer.Ordinal)));
    }

    private static IEnumerable<HealthFinding> Brokers(HostSnapshot host) =>
        host.LostBrokers.Select(static broker => new HealthFinding($"broker/{broker.Broker}", "LOST", broker.Since, broker.Reason));

    private IEnumerable<HealthFinding> Circuits() =>
        from snapshot in resilience.GetSnapshot()
        from circuit in snapshot.Circuits
        where circuit.State != CircuitState.Closed
        select new HealthFinding(
            $"circuit/{snapshot.Service}/{EnumText.NameOf(snapshot.Side)}/{circuit.Operation ?? "all"}",
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

    private static IEnumerable<HealthFinding> Endpoints(HostSnapshot host) =>
        host.PausedEndpoints.Select(static endpoint => new HealthFinding($"endpoint/{endpoint.Address}", DocumentedJson.NameOf(endpoint.State), endpoint.Since, endpoint.Reason));

    private static IEnumerable<HealthFinding> Configuration(HostSnapshot host) => host.PendingProblems
        .GroupBy(problem => problem.Path, StringComparer.Ordinal)
        .Select(problems => new HealthFinding(
            $"configuration/{problems.Key}", "INVALID", host.PendingSince, string.Join(" ", problems.Select(problem => problem.ToString()))));
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
