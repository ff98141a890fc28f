namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Operations that a change of <c>Scope</c> gives other circuits. A new circuit goes on where the one stopped that it replaces; of
/// several the best, because one operation that works shows that the service does. What no operation uses any more retires.
/// </summary>
internal sealed class CircuitMoves
{
    private readonly Dictionary<Circuit, HashSet<Circuit>> _leftFor = [];
    private readonly HashSet<Circuit> _used = [];

    public void Add(Circuit left, Circuit now)
    {
        _used.Add(now);
        if (ReferenceEquals(left, now))
            return;

        if (!_leftFor.TryGetValue(now, out HashSet<Circuit>? sources))
            _leftFor[now] = sources = [];
        sources.Add(left);
    }

    /// <param name="known">The circuits that there were before.</param>
    public void Complete(IReadOnlyCollection<Circuit> known)
    {
        foreach ((Circuit circuit, HashSet<Circuit> left) in _leftFor)
        {
            // What there was has its own past, and what an operator has put away stays so.
            if (!known.Contains(circuit) && circuit.Breaker.State == CircuitState.Closed)
                circuit.Breaker.ContinueFrom(left.MinBy(static source => CircuitSnapshot.SeverityOf(source.Breaker.State))!.Breaker);
        }

        foreach (Circuit circuit in known)
        {
            if (!_used.Contains(circuit))
                circuit.Breaker.Retire();
        }
    }
}
