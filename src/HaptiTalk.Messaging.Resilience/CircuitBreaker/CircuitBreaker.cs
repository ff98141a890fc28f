namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The state machine alone: consecutive failures open it, a number of probes decides whether it closes.
/// It outlives every reload; only its options are replaced.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, TimeProvider clock, Action<CircuitTransition> onTransition)
{
    private readonly Lock _gate = new();
    private readonly HalfOpenProbes _probes = new(clock);
    private readonly FailureRecord _record = new(clock);
    private readonly TransitionReports _reports = new(onTransition);
    private readonly ChangeSignal _changed = new();
    private volatile CircuitBreakerOptions _options = options;
    private volatile CircuitState _state;
    private volatile int _era;
    private OpenPeriod _open = new(clock);
    private bool _isRetired;

    public CircuitState State => _state;

    public int FailureCount => _record.InARow;

    public void Apply(CircuitBreakerOptions options)
    {
        lock (_gate)
        {
            _options = options;

            // There may have been enough successes for the new number already: no further probe would be admitted to close it.
            if (_state == CircuitState.HalfOpen && _probes.HaveProven(options))
                MoveTo(CircuitState.Closed);
            else
                _changed.Raise();
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
            if (_state == CircuitState.Open && _open.Remaining(_options) == TimeSpan.Zero)
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
        if (verdict == CallVerdict.Success && permit.Probe == 0 && _record.InARow == 0 && !_options.Samples)
            return true;

        bool decides;
        lock (_gate)
        {
            if (_isRetired)
                return true;

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

    /// <summary>Everything as it is at one moment.</summary>
    public CircuitView View()
    {
        lock (_gate)
            return new(_state, _record.InARow, _open.Since, _open.Reason, TimeUntilProbeCore());
    }

    /// <summary>Work can be admitted now, as far as can be told without asking to enter.</summary>
    public bool IsDue => _state == CircuitState.Closed || TimeUntilProbe() == TimeSpan.Zero;

    /// <summary>Ends when asking again is worthwhile: the state or a probe changed, or enough time has passed.</summary>
    /// <param name="atMost">The longest wait; may be infinite.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            TimeSpan due = TimeUntilProbeCore() ?? Timeout.InfiniteTimeSpan;
            TimeSpan wait = due == Timeout.InfiniteTimeSpan || (atMost != Timeout.InfiniteTimeSpan && atMost < due) ? atMost : due;
            return _changed.WaitAsync(wait, clock, cancellationToken);
        }
    }

    /// <summary>What kept the calls from their service has ended, as far as anybody can tell: an open circuit need not wait before it probes.</summary>
    public void MakeProbeDue()
    {
        lock (_gate)
        {
            if (_state != CircuitState.Open)
                return;

            _open.MakeProbeDue();
            _changed.Raise();
        }
    }

    /// <summary>Takes the place of another one: what is open stays open for as long as is left, and then probes.</summary>
    public void ContinueFrom(CircuitBreaker other)
    {
        CircuitState state;
        OpenPeriod open;
        lock (other._gate)
            (state, open) = (other._state, other._open.Copy());
        if (state is not (CircuitState.Open or CircuitState.HalfOpen))
            return;
        if (state == CircuitState.HalfOpen)
            open.MakeProbeDue();

        lock (_gate)
        {
            (_state, _open) = (CircuitState.Open, open);
            _era++;
        }
    }

    /// <summary>No operation uses it any more: who waits for it goes on, and what still runs under it says nothing to anybody.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            (_isRetired, _state) = (true, CircuitState.Closed);
            _record.Clear();
            _changed.Raise();
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
            else if (state == CircuitState.Closed)
                _record.Clear();
        }

        _reports.Deliver();
    }

    // Reading the clock costs as much as the rest of a call through a closed breaker.
    private long? StartedAt() => _options.SlowCallDuration is null ? null : clock.GetTimestamp();

    private void ExitClosed(CallVerdict verdict, bool isSlow)
    {
        if (verdict != CallVerdict.Neutral && _record.Add(_options, verdict == CallVerdict.Failure, isSlow) is { } reason)
            MoveTo(CircuitState.Open, reason);
    }

    private void ExitProbe(int probe, CallVerdict verdict)
    {
        if (!_probes.TryEnd(probe))
            return;

        if (verdict == CallVerdict.Failure)
        {
            _record.AddProbe();
            MoveTo(CircuitState.Open, CircuitOpenReason.FailedProbe);
            return;
        }

        if (verdict == CallVerdict.Success)
            _probes.Succeeded();
        if (_probes.HaveProven(_options))
            MoveTo(CircuitState.Closed);
        else
            _changed.Raise();
    }

    private void MoveTo(CircuitState state, CircuitOpenReason? reason = null)
    {
        CircuitState from = _state;
        _reports.Add(new(from, state, _record.InARow, reason is { } opened ? new(opened, _options.ResetTimeout) : null));
        _era++;
        _state = state;
        _probes.Clear();
        _open.Enter(from, state, reason);
        if (state == CircuitState.Closed)
            _record.Clear();
        else
            _record.ClearShares();
        _changed.Raise();
    }

    private TimeSpan? TimeUntilProbeCore() => _state switch
    {
        CircuitState.Closed => TimeSpan.Zero,
        CircuitState.Open => _open.Remaining(_options),
        CircuitState.HalfOpen => _probes.TimeUntilRoom(_options),
        _ => null,
    };
}
