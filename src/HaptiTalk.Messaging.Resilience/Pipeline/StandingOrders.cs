namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What an operator has isolated, disabled and closed again, kept for circuits that are made later. The latest order counts.
/// </summary>
internal sealed class StandingOrders(TimeProvider clock)
{
    private static readonly ResilienceSide[] Sides = Enum.GetValues<ResilienceSide>();

    private readonly List<Order> _orders = [];

    public void Give(Order order)
    {
        Withdraw(order.Target);
        _orders.Add(order);
    }

    /// <summary>Circuits are closed.</summary>
    public void Close(ControlTarget target)
    {
        Withdraw(target);
        if (_orders.Count > 0)
            _orders.Add(new(target, CircuitState.Closed, clock.GetUtcNow()));
    }

    /// <summary>What holds for a circuit; null where nothing does.</summary>
    public Order? For(Circuit circuit) => For(new ControlTarget(circuit.Service, circuit.Side, circuit.Operation));

    /// <summary>The orders that no circuit shows, because nothing of what they are about has run: each for one side.</summary>
    /// <param name="circuits">The circuits that there are.</param>
    /// <param name="hasOwnCircuit">Whether an operation has a circuit for itself, under the settings in force.</param>
    public IReadOnlyList<Order> HiddenBehind(IReadOnlyCollection<Circuit> circuits, Func<ControlTarget, bool> hasOwnCircuit) =>
    [
        .. (from order in _orders
            where !circuits.Any(circuit => order.Target.Covers(circuit) && circuit.Breaker.State == order.State)
            from side in order.Target.Side is { } one ? [one] : Sides
            let target = order.Target with { Side = side }
            where !circuits.Any(target.Covers) && (target.Operation is null || hasOwnCircuit(target))
            let holding = For(target)
            where holding is not null
            select holding with { Target = target }).Distinct(),
    ];

    private Order? For(ControlTarget circuit) =>
        _orders.FindLast(order => LiesWithin(circuit, order.Target)) is { State: not CircuitState.Closed } last && !(last.Until <= clock.GetUtcNow()) ? last : null;

    private void Withdraw(ControlTarget target) => _orders.RemoveAll(earlier => LiesWithin(earlier.Target, target));

    private static bool LiesWithin(ControlTarget inner, ControlTarget outer) =>
        string.Equals(inner.Service, outer.Service, StringComparison.OrdinalIgnoreCase)
        && (outer.Side is null || inner.Side == outer.Side)
        && (outer.Operation is null || inner.Operation == outer.Operation);

    /// <param name="Target">What it is about.</param>
    /// <param name="State">What it is to be.</param>
    /// <param name="Since">Since when.</param>
    /// <param name="Until">Until when; null for ever.</param>
    internal sealed record Order(ControlTarget Target, CircuitState State, DateTimeOffset Since, DateTimeOffset? Until = null)
    {
        public void ApplyTo(Circuit circuit)
        {
            if (Until is { } until)
                circuit.Breaker.Disable(until);
            else
                circuit.Breaker.Isolate();
        }
    }
}
