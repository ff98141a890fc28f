namespace HaptiTalk.Messaging.Resilience;

/// <summary>What an operator has isolated and closed again, for circuits that come into being only afterwards: the last word counts.</summary>
internal sealed class Isolations
{
    private static readonly ResilienceSide[] Sides = Enum.GetValues<ResilienceSide>();

    private readonly List<Word> _words = [];

    public void Add(ControlTarget target, DateTimeOffset now) => Say(new(target, now));

    public void Remove(ControlTarget target) => Say(new(target, Since: null));

    public bool Cover(Circuit circuit) => SinceOf(new(circuit.Service, circuit.Side, circuit.Operation)) is not null;

    /// <summary>The isolations that no circuit shows, because nothing of what they are about has run: by side, and since when.</summary>
    /// <param name="circuits">The circuits that there are.</param>
    /// <param name="hasOwnCircuit">Whether an operation has a circuit for itself, under the settings in force.</param>
    public IReadOnlyList<(ControlTarget Target, ResilienceSide Side, DateTimeOffset Since)> HiddenBehind(
        IReadOnlyCollection<Circuit> circuits, Func<ControlTarget, bool> hasOwnCircuit) =>
    [
        .. (from word in _words
            where word.Since is not null && !circuits.Any(circuit => word.Target.Covers(circuit) && circuit.Breaker.State == CircuitState.Isolated)
            from side in word.Target.Side is { } one ? [one] : Sides
            let target = word.Target with { Side = side }
            where !circuits.Any(target.Covers) && (target.Operation is null || hasOwnCircuit(target))
            let since = SinceOf(target)
            where since is not null
            select (target, side, since.Value)).Distinct(),
    ];

    private DateTimeOffset? SinceOf(ControlTarget circuit) => _words.FindLast(word => LiesWithin(circuit, word.Target))?.Since;

    private void Say(Word word)
    {
        _words.RemoveAll(earlier => LiesWithin(earlier.Target, word.Target));
        if (word.Since is not null || _words.Count > 0)
            _words.Add(word);
    }

    private static bool LiesWithin(ControlTarget inner, ControlTarget outer) =>
        string.Equals(inner.Service, outer.Service, StringComparison.OrdinalIgnoreCase)
        && (outer.Side is null || inner.Side == outer.Side)
        && (outer.Operation is null || inner.Operation == outer.Operation);

    /// <param name="Target">What it is about.</param>
    /// <param name="Since">Since when it is isolated; null where it was closed.</param>
    private sealed record Word(ControlTarget Target, DateTimeOffset? Since);
}
