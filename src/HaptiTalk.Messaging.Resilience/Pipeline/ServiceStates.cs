using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>All live state of the process, found by side, service and operation; created at first use, never dropped by a reload.</summary>
internal sealed class ServiceStates
{
    private readonly ConcurrentDictionary<StateKey, OperationState> _operations = new();
    private readonly ConcurrentDictionary<StateKey, ServiceState> _states = new();
    private readonly Lock _creating = new();
    private readonly Isolations _isolations = new();
    private readonly OperationLimit _limit;
    private readonly ProfileCatalog _catalog;
    private readonly TimeProvider _clock;
    private readonly ResilienceTelemetry _telemetry;
    private readonly CustomPolicies _policies;
    private readonly FailureRule[] _failureRules;
    private readonly ILogger _logger;

    public ServiceStates(
        ProfileCatalog catalog,
        TimeProvider clock,
        ResilienceTelemetry telemetry,
        CustomPolicies policies,
        IEnumerable<FailureRule> failureRules,
        ILoggerFactory loggers)
    {
        _policies = policies;
        _failureRules = [.. failureRules];
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _limit = new(catalog, telemetry);
        _catalog = catalog;
        _clock = clock;
        _telemetry = telemetry;
        catalog.Changed += Apply;
        telemetry.Observe(this, catalog);
    }

    /// <summary>All operations but those that a reload has taken the profile from and that nobody runs any longer.</summary>
    public IEnumerable<OperationState> ShownOperations => _operations.Values.Where(operation => operation.IsShown);

    public IEnumerable<ServiceState> Services => _states.Values;

    /// <summary>Circuits that are isolated and have not come into being: nothing has run there yet.</summary>
    public IReadOnlyList<ServiceSnapshot> IsolatedUnused
    {
        get
        {
            lock (_creating)
            {
                return
                [
                    .. from isolation in _isolations.HiddenBehind([.. _states.Values])
                       let bulkhead = _catalog.Current.Get(isolation.Target.Service, isolation.Target.Operation).Profile.Bulkhead
                       select ServiceSnapshot.OfIsolated(isolation.Target, isolation.Side, isolation.Since, bulkhead),
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
                string? owner = model.Profile.Scope == StateScope.Operation ? operation : null;
                ServiceState state = _states.GetOrAdd(
                    key with { Operation = owner },
                    key => CreateState(key, owner is null ? _catalog.Get(key.Service, operation: null) : model));
                return new OperationState(state, operation, model);
            });
        }
    }

    /// <summary>Keeps circuits open, also those that are made later.</summary>
    public void Isolate(ControlTarget target)
    {
        lock (_creating)
        {
            _isolations.Add(target, _clock.GetUtcNow());
            foreach (ServiceState state in Covered(target))
                state.Breaker.Isolate();
        }
    }

    public void Close(ControlTarget target)
    {
        lock (_creating)
        {
            _isolations.Remove(target);
            foreach (ServiceState state in Covered(target))
                state.Breaker.Close();
        }
    }

    public void Reset(ControlTarget target)
    {
        Close(target);
        foreach (ServiceState state in Covered(target))
            state.ForgetFailures();
    }

    /// <summary>It names an operation that has no circuit of its own, because it shares its service's.</summary>
    public bool IsShared(ControlTarget target) =>
        target.Operation is { } operation
        && _catalog.Get(target.Service, operation).Profile.Scope != StateScope.Operation
        && !Covered(target).Any();

    /// <exception cref="ArgumentException">It names an operation that has no circuit of its own.</exception>
    public void ThrowIfShared(ControlTarget target)
    {
        if (IsShared(target))
        {
            throw new ArgumentException(
                $"Operation '{target.Operation}' has no circuit of its own: it shares the one of '{target.Service}'. "
                + "Leave Operation null to steer that one, or set the operation's Scope to Operation.",
                nameof(target));
        }
    }

    /// <summary>The way to other services is free again: what calls and publishes through it may probe at once.</summary>
    public void MakeProbesDue()
    {
        foreach (ServiceState state in _states.Values)
        {
            if (state.Side is ResilienceSide.Client or ResilienceSide.Publisher)
                state.Breaker.MakeProbeDue();
        }
    }

    public string DescribeCircuits(ControlTarget target) => string.Join(
        ", ",
        Covered(target).Select(state => (state.Side, state.Breaker.State))
            .Concat(IsolatedUnused.Where(target.Covers).Select(unused => (unused.Side, State: unused.CircuitState)))
            .OrderBy(circuit => circuit.Side)
            .Select(circuit => $"{SideName.Of(circuit.Side)} {circuit.State}"));

    private IEnumerable<ServiceState> Covered(ControlTarget target) => _states.Values.Where(target.Covers);

    private ServiceState CreateState(StateKey key, ProfileModel model)
    {
        FailureRules? rules = FailureRules.Of(key.Service, _failureRules, _logger, _clock);
        var state = new ServiceState(key.Service, key.Side, key.Operation, model, _clock, _telemetry, _policies, rules);
        if (_isolations.Cover(state))
            state.Breaker.Isolate();
        return state;
    }

    private void Apply()
    {
        lock (_creating)
        {
            foreach ((StateKey key, ServiceState state) in _states)
                state.Apply(_catalog.Get(key.Service, key.Operation));
            foreach ((StateKey key, OperationState operation) in _operations)
                operation.Apply(_catalog.Get(key.Service, key.Operation));
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
