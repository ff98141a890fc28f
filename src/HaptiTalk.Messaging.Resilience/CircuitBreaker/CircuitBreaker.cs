namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The state machine alone: consecutive failures open it, a number of probes decides whether it closes.
/// It outlives every reload; only its options are replaced.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, TimeProvider clock, Action<CircuitTransition> onTransition)
{
    private readonly Lock _gate = new();
    private readonly HalfOpenProbes _probes = new(clock);
    private readonly SamplingWindow _window = new(clock);
    private readonly TransitionReports _reports = new(onTransition);
    private volatile CircuitBreakerOptions _options = options;
    private volatile CircuitState _state;
    private volatile int _failures;
    private volatile int _era;
    private long _openedAt;
    private bool _isProbeDue;
    private DateTimeOffset? _since;
    private CircuitOpenReason? _reason;
    private TaskCompletionSource _changed = NewSignal();

    public CircuitState State => _state;

    public int FailureCount => _failures;

    public void Apply(CircuitBreakerOptions options)
    {
        lock (_gate)
        {
            _options = options;

            // There may have been enough successes for the new number already: no further probe would be admitted to close it.
            if (_state == CircuitState.HalfOpen && _probes.HaveProven(options))
                MoveTo(CircuitState.Closed);
            else
                Signal();
        }

        _reports.Deliver();
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

        bool admitted;
        lock (_gate)
        {
            if (_state == CircuitState.Open && Remaining() == TimeSpan.Zero)
                MoveTo(CircuitState.HalfOpen);

            int probe = _state == CircuitState.HalfOpen ? _probes.TryStart(_options) : 0;
            admitted = probe > 0 || _state == CircuitState.Closed;
            permit = new(_era, probe, StartedAt());
        }

        _reports.Deliver();
        return admitted;
    }

    /// <summary>Ends a permit with what the call showed.</summary>
    /// <returns>False when the state has changed since the permit was given: what the call showed decides nothing.</returns>
    public bool Exit(CircuitPermit permit, CallVerdict verdict)
    {
        // The common case, a success while nothing is wrong, takes no lock.
        if (verdict == CallVerdict.Success && permit.Probe == 0 && _failures == 0 && !_options.Samples)
            return true;

        bool decides;
        lock (_gate)
        {
            bool isSlow = verdict != CallVerdict.Neutral
                && permit.StartedAt is { } startedAt && clock.GetElapsedTime(startedAt) > _options.SlowCallDuration;
            decides = permit.Era == _era;
            if (decides && permit.Probe == 0)
                ExitClosed(verdict, isSlow);
            else if (decides)
                ExitProbe(permit.Probe, isSlow ? CallVerdict.Failure : verdict);
        }

        _reports.Deliver();
        return decides;
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

    /// <summary>What an operator sees: everything as it was at one moment.</summary>
    public CircuitView View()
    {
        lock (_gate)
            return new(_state, _failures, _since, _reason, TimeUntilProbeCore());
    }

    /// <summary>Work can be admitted now, as far as can be told without asking to enter.</summary>
    public bool IsDue => _state == CircuitState.Closed || TimeUntilProbe() == TimeSpan.Zero;

    /// <summary>Ends when asking again is worthwhile: the state or a probe changed, or enough time has passed.</summary>
    /// <param name="atMost">The longest wait; may be infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task changed;
        TimeSpan due;
        lock (_gate)
        {
            changed = _changed.Task;
            due = TimeUntilProbeCore() ?? Timeout.InfiniteTimeSpan;
        }

        TimeSpan wait = due == Timeout.InfiniteTimeSpan || (atMost != Timeout.InfiniteTimeSpan && atMost < due) ? atMost : due;

        try
        {
            await changed.WaitAsync(wait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time for a probe.
        }
    }

    /// <summary>What kept the calls from their service has ended, as far as anybody can tell: an open circuit need not wait before it probes.</summary>
    public void MakeProbeDue()
    {
        lock (_gate)
        {
            if (_state != CircuitState.Open)
                return;

            _isProbeDue = true;
            Signal();
        }
    }

    public void Isolate() => Force(CircuitState.Isolated);

    public void Close() => Force(CircuitState.Closed);

    private void Force(CircuitState state)
    {
        lock (_gate)
        {
            if (_state != state)
                MoveTo(state);
            if (state == CircuitState.Closed)
                _failures = 0;
            _window.Clear();
        }

        _reports.Deliver();
    }

    // Reading the clock costs as much as the rest of a call through a closed breaker.
    private long? StartedAt() => _options.SlowCallDuration is null ? null : clock.GetTimestamp();

    private void ExitClosed(CallVerdict verdict, bool isSlow)
    {
        if (verdict == CallVerdict.Neutral)
            return;

        bool isFailure = verdict == CallVerdict.Failure;
        _failures = isFailure ? _failures + 1 : 0;
        CircuitOpenReason? ratio = _options.Samples ? _window.Add(_options, isFailure, isSlow).Reaches(_options) : null;
        CircuitOpenReason? reason = _failures >= _options.FailureThreshold ? CircuitOpenReason.ConsecutiveFailures : ratio;
        if (reason is { } reached)
            MoveTo(CircuitState.Open, reached);
    }

    private void ExitProbe(int probe, CallVerdict verdict)
    {
        if (!_probes.TryEnd(probe))
            return;

        if (verdict == CallVerdict.Failure)
        {
            _failures++;
            MoveTo(CircuitState.Open, CircuitOpenReason.FailedProbe);
            return;
        }

        if (verdict == CallVerdict.Success)
            _probes.Succeeded();
        if (_probes.HaveProven(_options))
            MoveTo(CircuitState.Closed);
        else
            Signal();
    }

    private void MoveTo(CircuitState state, CircuitOpenReason? reason = null)
    {
        CircuitState from = _state;
        _reports.Add(new(from, state, _failures, reason is { } opened ? new(opened, _options.ResetTimeout) : null));
        _era++;
        _state = state;
        _probes.Clear();
        _window.Clear();
        _since = state == CircuitState.Closed ? null : from == CircuitState.Closed ? clock.GetUtcNow() : _since;
        _reason = reason ?? (state == CircuitState.Closed ? null : _reason);
        if (state == CircuitState.Open)
            (_openedAt, _isProbeDue) = (clock.GetTimestamp(), false);
        if (state == CircuitState.Closed)
            _failures = 0;
        Signal();
    }

    private TimeSpan? TimeUntilProbeCore() => _state switch
    {
        CircuitState.Closed => TimeSpan.Zero,
        CircuitState.Open => Remaining(),
        CircuitState.HalfOpen => _probes.TimeUntilRoom(_options),
        _ => null,
    };

    private TimeSpan Remaining()
    {
        if (_isProbeDue)
            return TimeSpan.Zero;

        TimeSpan left = _options.ResetTimeout - clock.GetElapsedTime(_openedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
