namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator has isolated, for circuits that come into being only afterwards.</summary>
internal sealed class Isolations
{
    private readonly List<ControlTarget> _targets = [];

    public void Add(ControlTarget target)
    {
        if (!_targets.Contains(target))
            _targets.Add(target);
    }

    /// <summary>Ends what lies wholly within the target.</summary>
    public void Remove(ControlTarget target) => _targets.RemoveAll(isolated =>
        string.Equals(isolated.Service, target.Service, StringComparison.OrdinalIgnoreCase)
        && (target.Side is null || isolated.Side == target.Side)
        && (target.Operation is null || isolated.Operation == target.Operation));

    public bool Cover(ServiceState state) => _targets.Exists(target => target.Covers(state));
}
