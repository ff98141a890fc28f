namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator has isolated and closed again, for circuits that come into being only afterwards: the last word counts.</summary>
internal sealed class Isolations
{
    private readonly List<(ControlTarget Target, bool IsIsolated)> _words = [];

    public void Add(ControlTarget target) => Say(target, isolated: true);

    public void Remove(ControlTarget target) => Say(target, isolated: false);

    public bool Cover(ServiceState state) => _words.FindLast(word => word.Target.Covers(state)).IsIsolated;

    private void Say(ControlTarget target, bool isolated)
    {
        _words.RemoveAll(word => LiesWithin(word.Target, target));
        if (isolated || _words.Count > 0)
            _words.Add((target, isolated));
    }

    private static bool LiesWithin(ControlTarget inner, ControlTarget outer) =>
        string.Equals(inner.Service, outer.Service, StringComparison.OrdinalIgnoreCase)
        && (outer.Side is null || inner.Side == outer.Side)
        && (outer.Operation is null || inner.Operation == outer.Operation);
}
