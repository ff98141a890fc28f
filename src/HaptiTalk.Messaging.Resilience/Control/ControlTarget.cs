namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which circuits a change is about.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Side">One side; null for all.</param>
/// <param name="Operation">An operation with a circuit of its own, as each has that is consumed; null for all.</param>
public sealed record ControlTarget(string Service, ResilienceSide? Side = null, string? Operation = null)
{
    internal bool Covers(Circuit circuit) => Covers(circuit.Service, circuit.Side, circuit.Operation);

    internal bool Covers(ServiceSnapshot snapshot) => Covers(snapshot.Service, snapshot.Side, snapshot.Operation);

    /// <inheritdoc/>
    public override string ToString() => $"{Service}/{(Side is { } side ? SideName.Of(side) : "all sides")}/{Operation ?? "all operations"}";

    private bool Covers(string service, ResilienceSide side, string? operation) =>
        string.Equals(Service, service, StringComparison.OrdinalIgnoreCase)
        && (Side is null || Side == side)
        && (Operation is null || Operation == operation);
}
