namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which circuits a change is about.</summary>
/// <param name="Service">The profile's name.</param>
/// <param name="Side">One side; null for all.</param>
/// <param name="Operation">An operation with state of its own (<c>Scope = Operation</c>); null for all.</param>
public sealed record ControlTarget(string Service, ResilienceSide? Side = null, string? Operation = null)
{
    internal bool Covers(ServiceState state) =>
        string.Equals(Service, state.Service, StringComparison.OrdinalIgnoreCase)
        && (Side is null || Side == state.Side)
        && (Operation is null || Operation == state.Operation);

    /// <inheritdoc/>
    public override string ToString() => $"{Service}/{(Side is { } side ? SideName.Of(side) : "all sides")}/{Operation ?? "all operations"}";
}
