using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>All live state of the process, found by side, service and operation; created at first use, never dropped by a reload.</summary>
internal sealed class ServiceStates
{
    private static readonly ResilienceSide[] Sides = Enum.GetValues<ResilienceSide>();

    private readonly ConcurrentDictionary<StateKey, OperationState> _operations = new();
    private readonly ConcurrentDictionary<StateKey, ServiceState> _states = new();
    private readonly ConcurrentDictionary<StateKey, Circuit> _circuits = new();
    private readonly Lock _creating = new();
    private readonly StandingOrders _orders;
    private readonly OperationLimit _limit;
    private readonly ProfileCatalog _catalog;
    private readonly TimeProvider _clock;
    private readonly ResilienceTelemetry _telemetry;
    private readonly CircuitBreakerTelemetry _circuitTelemetry;
    private readonly PolicyOrder _policies;
    private readonly FailureRule[] _failureRules;
    private readonly ProcessPauses _pauses;
    private readonly HostFrames _frames;
    private readonly ILogger _logger;

    public ServiceStates(
        ProfileCatalog catalog,
        TimeProvider clock,
        ResilienceTelemetry telemetry,
        PolicyOrder policies,
        IEnumerable<FailureRule> failureRules,
        ProcessPauses pauses,
        HostFrames frames,
        ILoggerFactory loggers)
    {
        _policies = policies;
        _failureRules = [.. failureRules];
        _pauses = pauses;
        _frames = frames;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _limit = new(catalog, telemetry);
        _catalog = catalog;
        _clock = clock;
        _orders = new(clock);
        _telemetry = telemetry;
        _circuitTelemetry = new(telemetry);
        catalog.Changed += Apply;
        telemetry.Observe(this, catalog);
    }

    /// <summary>All operations but those that a reload has taken the profile from and that nobody runs any longer.</summary>
    public IEnumerable<OperationState> ShownOperations => _operations.Values.Where(operation => operation.IsShown);

    /// <summary>Every state with the operations that use it now.</summary>
    public IEnumerable<IGrouping<ServiceState, OperationState>> InUse => _operations.Values.GroupBy(static operation => operation.State);

    /// <summary>Circuits that are isolated or disabled and have not come into being: nothing has run there yet.</summary>
    public IReadOnlyList<ServiceSnapshot> ControlledUnused
    {
        get
        {
            lock (_creating)
            {
                return
                [
                    .. from order in _orders.HiddenBehind([.. _circuits.Values], HasOwnCircuit)
                       let bulkhead = _catalog.Current.Get(order.Target.Service, order.Target.Operation).Profile.Bulkhead
                       select ServiceSnapshot.Of(order, bulkhead),
                ];
            }
        }
    }

    public OperationState Get(ResilienceSide side, string service, string operation) =>
        _operations.TryGetValue(new(side, service, operation), out OperationState? known) ? known : Create(side, service, operation);

    private OperationState Create(ResilienceSide side, string service, string operation)
    {
        // Created under the lock that a reload takes too, so that no state is born with numbers that were just replaced.
        lock (_creating)
        {
            operation = _limit.Admit(side, service, operation);
            return _operations.GetOrAdd(new(side, service, operation), key =>
            {
                _limit.Made(side, service);
                ProfileModel model = _catalog.Get(key.Service, operation);
                return new OperationState(StateOf(key, model), CircuitOf(key, model), operation, model);
            });
        }
    }

    /// <summary>Keeps circuits open, also those that are made later.</summary>
    public void Isolate(ControlTarget target) => Give(new(target, CircuitState.Isolated, _clock.GetUtcNow()));

    /// <summary>Has circuits admit everything for a time, also those that are made later.</summary>
    public void Disable(ControlTarget target, TimeSpan duration)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        Give(new(target, CircuitState.Disabled, now, now + duration));
    }

    public void Close(ControlTarget target)
    {
        lock (_creating)
        {
            _orders.Close(target);
            foreach (Circuit circuit in Covered(target))
                circuit.Breaker.Close();
        }
    }

    public void Reset(ControlTarget target)
    {
        Close(target);
        foreach (OperationState operation in _operations.Values)
        {
            if (target.Covers(operation.Circuit))
                operation.State.ForgetFailures(operation.State.Operation is null ? target.Operation : null);
        }
    }

    /// <summary>It names an operation that has no circuit of its own, because it shares its service's.</summary>
    public bool IsShared(ControlTarget target)
    {
        if (target.Operation is null)
            return false;

        Circuit[] used =
        [
            .. from operation in _operations.Values
               where operation.Name == target.Operation && (target with { Operation = null }).Covers(operation.Circuit)
               select operation.Circuit,
        ];
        return used.Length > 0
            ? Array.TrueForAll(used, static circuit => circuit.Operation is null)
            : Array.TrueForAll(Sides, side => target.Side is { } one && one != side || !HasOwnCircuit(target with { Side = side }));
    }

    /// <exception cref="ArgumentException">It names an operation that has no circuit of its own.</exception>
    public void ThrowIfShared(ControlTarget target)
    {
        if (IsShared(target))
        {
            throw new ArgumentException(
                $"Operation '{target.Operation}' has no circuit of its own: it shares the one of '{target.Service}'. "
                + "Leave Operation null to control that one, or set the operation's Scope to Operation.",
                nameof(target));
        }
    }

    /// <summary>The way to other services is free again: what calls and publishes through it may probe at once.</summary>
    public void MakeProbesDue()
    {
        foreach (Circuit circuit in _circuits.Values)
        {
            if (circuit.Side is ResilienceSide.Client or ResilienceSide.Publisher)
                circuit.Breaker.MakeProbeDue();
        }
    }

    public string DescribeCircuits(ControlTarget target) => string.Join(
        ", ",
        Covered(target).Select(static circuit => (circuit.Side, circuit.Operation, circuit.Breaker.State))
            .Concat(ControlledUnused.Where(target.Covers).Select(static unused => (unused.Side, unused.Operation, State: unused.CircuitState)))
            .OrderBy(static circuit => circuit.Side)
            .ThenBy(static circuit => circuit.Operation, StringComparer.Ordinal)
            .Select(static circuit => $"{SideName.Of(circuit.Side)} {(circuit.Operation is null ? "" : circuit.Operation + " ")}{circuit.State}"));

    private void Give(StandingOrders.Order order)
    {
        lock (_creating)
        {
            _orders.Give(order);
            foreach (Circuit circuit in Covered(order.Target))
                order.ApplyTo(circuit);
        }
    }

    private IEnumerable<Circuit> Covered(ControlTarget target) => _circuits.Values.Where(target.Covers);

    private bool HasOwnCircuit(ControlTarget target) =>
        _catalog.Current.Get(target.Service, target.Operation).HasOwnCircuit(target.Side!.Value);

    private ServiceState StateOf(StateKey key, ProfileModel model) => _states.GetOrAdd(
        model.HasOwnState ? key : key with { Operation = null },
        static (key, self) =>
        {
            FailureRules? rules = FailureRules.Of(key.Service, self._failureRules, self._logger, self._clock);
            return new(key.Service, key.Side, key.Operation, self._catalog.Get(key.Service, key.Operation), self._clock, self._telemetry, self._policies, rules, self._pauses, self._frames);
        },
        this);

    private Circuit CircuitOf(StateKey key, ProfileModel model) => _circuits.GetOrAdd(
        model.HasOwnCircuit(key.Side) ? key : key with { Operation = null },
        static (key, self) =>
        {
            CircuitBreakerOptions options = self._catalog.Get(key.Service, key.Operation).Profile.CircuitBreaker;
            var circuit = new Circuit(key.Service, key.Side, key.Operation, options, self._clock, self._circuitTelemetry);
            self._orders.For(circuit)?.ApplyTo(circuit);
            return circuit;
        },
        this);

    private void Apply()
    {
        lock (_creating)
        {
            Circuit[] known = [.. _circuits.Values];
            var moves = new CircuitMoves();
            foreach ((StateKey key, OperationState operation) in _operations)
            {
                ProfileModel model = _catalog.Get(key.Service, key.Operation);
                Circuit left = operation.Circuit;
                operation.Apply(model, StateOf(key, model), CircuitOf(key, model));
                moves.Add(left, operation.Circuit);
            }

            moves.Complete(known);
            Keep(_circuits, [.. _operations.Values.Select(static operation => operation.Circuit)]);
            Keep(_states, [.. _operations.Values.Select(static operation => operation.State)]);
            foreach ((StateKey key, Circuit circuit) in _circuits)
                circuit.Breaker.Apply(_catalog.Get(key.Service, key.Operation).Profile.CircuitBreaker);
            foreach ((StateKey key, ServiceState state) in _states)
                state.Apply(_catalog.Get(key.Service, key.Operation));
        }
    }

    private static void Keep<T>(ConcurrentDictionary<StateKey, T> all, HashSet<T> used)
        where T : class
    {
        foreach ((StateKey key, T one) in all)
        {
            if (!used.Contains(one))
                all.TryRemove(key, out _);
        }
    }

    // Profiles are found in any case, as configuration is: "User" and "user" must not get a breaker each.
    private readonly record struct StateKey(ResilienceSide Side, string Service, string? Operation)
    {
        public bool Equals(StateKey other) =>
            Side == other.Side && Operation == other.Operation && string.Equals(Service, other.Service, StringComparison.OrdinalIgnoreCase);

        public override int GetHashCode() => HashCode.Combine(Side, StringComparer.OrdinalIgnoreCase.GetHashCode(Service), Operation);
    }
}
