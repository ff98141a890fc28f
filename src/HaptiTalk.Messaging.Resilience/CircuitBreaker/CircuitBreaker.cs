namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The state machine alone: consecutive failures open it, a number of probes decides whether it closes.
/// It outlives every reload; only its options are replaced.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, TimeProvider clock, Action<CircuitTransition> onTransition)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _probes = [];
    private readonly SamplingWindow _window = new(clock);
    private volatile CircuitBreakerOptions _options = options;
    private volatile CircuitState _state;
    private volatile int _failures;
    private volatile int _era;
    private int _successes;
    private int _lastProbe;
    private long _openedAt;
    private DateTimeOffset? _since;
    private TaskCompletionSource _changed = NewSignal();

    public CircuitState State => _state;

    public int FailureCount => _failures;

    public void Apply(CircuitBreakerOptions options)
    {
        CircuitTransition? transition = null;
        lock (_gate)
        {
            _options = options;

            // There may have been enough successes for the new number already: no further probe would be admitted to close it.
            if (_state == CircuitState.HalfOpen && _successes >= options.HalfOpenMaxCalls)
                transition = MoveTo(CircuitState.Closed);
            else
                Signal();
        }

        Report(transition);
    }

    /// <summary>Asks to run once; never waits.</summary>
    public bool TryEnter(out CircuitPermit permit)
    {
        int era = _era;
        if (_state == CircuitState.Closed)
        {
            permit = new(era, Probe: 0, StartedAt());
            return true;
        }

        CircuitTransition? transition = null;
        bool admitted;
        lock (_gate)
        {
            if (_state == CircuitState.Open && clock.GetElapsedTime(_openedAt) >= _options.ResetTimeout)
                transition = MoveTo(CircuitState.HalfOpen);

            admitted = _state switch
            {
                CircuitState.Closed => true,
                CircuitState.HalfOpen => TryStartProbe(),
                _ => false,
            };
            permit = new(_era, _state == CircuitState.HalfOpen && admitted ? _lastProbe : 0, StartedAt());
        }

        Report(transition);
        return admitted;
    }

    /// <summary>Ends a permit with what the call showed.</summary>
    public void Exit(CircuitPermit permit, CallVerdict verdict)
    {
        // The common case, a success while nothing is wrong, takes no lock.
        if (verdict == CallVerdict.Success && permit.Probe == 0 && _failures == 0 && !_options.Samples)
            return;

        CircuitTransition? transition = null;
        lock (_gate)
        {
            bool isSlow = verdict != CallVerdict.Neutral && permit.StartedAt is { } startedAt && clock.GetElapsedTime(startedAt) > _options.SlowCallDuration;
            if (permit.Era == _era)
                transition = permit.Probe == 0 ? ExitClosed(verdict, isSlow) : ExitProbe(permit.Probe, isSlow ? CallVerdict.Failure : verdict);
        }

        Report(transition);
    }

    /// <summary>How long from now until a probe can be admitted; null when no time alone brings it.</summary>
    public TimeSpan? TimeUntilProbe()
    {
        lock (_gate)
            return TimeUntilProbeCore();
    }

    /// <summary>What a caller that was not admitted is told.</summary>
    public (CircuitState State, DateTimeOffset? Since, TimeSpan? RetryAfter) Explain()
    {
        lock (_gate)
            return (_state, _since, TimeUntilProbeCore());
    }

    /// <summary>Ends when asking again is worthwhile: the state or a probe changed, or enough time has passed.</summary>
    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        Task changed;
        TimeSpan? due;
        lock (_gate)
        {
            changed = _changed.Task;
            due = TimeUntilProbeCore();
        }

        try
        {
            await changed.WaitAsync(due ?? Timeout.InfiniteTimeSpan, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time for a probe.
        }
    }

    public void Isolate() => Force(CircuitState.Isolated);

    public void Close() => Force(CircuitState.Closed);

    private void Force(CircuitState state)
    {
        CircuitTransition? transition = null;
        lock (_gate)
        {
            transition = _state == state ? null : MoveTo(state);
            if (state == CircuitState.Closed)
                _failures = 0;
            _window.Clear();
        }

        Report(transition);
    }

    private bool TryStartProbe()
    {
        if (_successes + _probes.Count >= _options.HalfOpenMaxCalls && !RecoverLostProbe())
            return false;

        _lastProbe++;
        _probes.Add(_lastProbe, clock.GetTimestamp());
        return true;
    }

    // A probe whose call never ends must not keep the circuit half-open for ever.
    private bool RecoverLostProbe()
    {
        foreach ((int probe, long startedAt) in _probes)
        {
            if (clock.GetElapsedTime(startedAt) >= _options.ResetTimeout)
                return _probes.Remove(probe);
        }

        return false;
    }

    // Reading the clock costs as much as the rest of a call through a closed breaker.
    private long? StartedAt() => _options.SlowCallDuration is null ? null : clock.GetTimestamp();

    private CircuitTransition? ExitClosed(CallVerdict verdict, bool isSlow)
    {
        if (verdict == CallVerdict.Neutral)
            return null;

        bool isFailure = verdict == CallVerdict.Failure;
        _failures = isFailure ? _failures + 1 : 0;
        bool opens = _failures >= _options.FailureThreshold
            || (_options.Samples && _window.Add(_options, isFailure, isSlow).Opens(_options));
        return opens ? MoveTo(CircuitState.Open) : null;
    }

    private CircuitTransition? ExitProbe(int probe, CallVerdict verdict)
    {
        if (!_probes.Remove(probe))
            return null;

        if (verdict == CallVerdict.Failure)
        {
            _failures++;
            return MoveTo(CircuitState.Open);
        }

        if (verdict == CallVerdict.Success && ++_successes >= _options.HalfOpenMaxCalls)
            return MoveTo(CircuitState.Closed);

        Signal();
        return null;
    }

    private CircuitTransition MoveTo(CircuitState state)
    {
        var transition = new CircuitTransition(_state, state, _failures, state == CircuitState.Open ? _options.ResetTimeout : null);
        _era++;
        _state = state;
        _successes = 0;
        _probes.Clear();
        _window.Clear();
        _since = state == CircuitState.Closed ? null : transition.From == CircuitState.Closed ? clock.GetUtcNow() : _since;
        if (state == CircuitState.Open)
            _openedAt = clock.GetTimestamp();
        if (state == CircuitState.Closed)
            _failures = 0;
        Signal();
        return transition;
    }

    private TimeSpan? TimeUntilProbeCore() => _state switch
    {
        CircuitState.Closed => TimeSpan.Zero,
        CircuitState.Open => Remaining(_openedAt),
        CircuitState.HalfOpen when _successes + _probes.Count < _options.HalfOpenMaxCalls => TimeSpan.Zero,
        CircuitState.HalfOpen when _probes.Count > 0 => Remaining(OldestProbe()),
        CircuitState.HalfOpen => TimeSpan.Zero,
        _ => null,
    };

    private long OldestProbe()
    {
        long oldest = long.MaxValue;
        foreach (long startedAt in _probes.Values)
            oldest = Math.Min(oldest, startedAt);
        return oldest;
    }

    private TimeSpan Remaining(long since)
    {
        TimeSpan left = _options.ResetTimeout - clock.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private void Report(CircuitTransition? transition)
    {
        if (transition is { } happened)
            onTransition(happened);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
