namespace HaptiTalk.Messaging.Resilience;

/// <summary>One circuit as <c>GET /resilience/overview</c> shows it.</summary>
internal sealed record CircuitRow(
    string? Operation,
    string State,
    int FailureCount,
    double? TimeUntilProbeSeconds,
    DateTimeOffset? Since,
    string? OpenReason,
    CircuitCause? Cause,
    DateTimeOffset? DisabledUntil,
    int HeldMessages)
{
    public static CircuitRow From(CircuitSnapshot circuit) => new(
        circuit.Operation,
        DocumentedJson.NameOf(circuit.State),
        circuit.FailureCount,
        circuit.State == CircuitState.Closed ? null : circuit.TimeUntilProbe?.TotalSeconds,
        circuit.Since,
        circuit.OpenReason is { } reason ? DocumentedJson.NameOf(reason) : null,
        circuit.Cause,
        circuit.DisabledUntil,
        circuit.HeldMessages);
}
