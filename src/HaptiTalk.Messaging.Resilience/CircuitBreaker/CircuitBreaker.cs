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
    private readonly DisabledTime _disabled = new(clock);
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
        if (AdmitsAll)
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
            admitted = probe > 0 || AdmitsAll;
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
        bool isUsual = verdict == CallVerdict.Success && permit.Probe == 0 && _record.InARow == 0 && !_options.Samples;
        return isUsual || Exit(permit, verdict, failed: null);
    }

    /// <summary>The same with what there is to tell of a failure.</summary>
    public bool Exit(CircuitPermit permit, CallVerdict verdict, FailedCall? failed)
    {
        bool decides;
        lock (_gate)
        {
            if (_isRetired)
                return true;

            bool isSlow = verdict != CallVerdict.Neutral
                && permit.StartedAt is { } startedAt && clock.GetElapsedTime(startedAt) > _options.SlowCallDuration;
            decides = permit.Era == _era;
            if (decides && permit.Probe > 0)
                ExitProbe(permit.Probe, isSlow ? CallVerdict.Failure : verdict, failed);
            else if (decides && verdict != CallVerdict.Neutral && _record.Add(_options, verdict, isSlow, failed) is { } reason && _state == CircuitState.Closed)
                MoveTo(CircuitState.Open, reason);
        }

        _reports.Deliver();
        return decides;
    }

    /// <summary>How long from now until a probe can be admitted; null when no time alone brings it.</summary>
    public TimeSpan? TimeUntilProbe() => View().TimeUntilProbe;

    /// <summary>Everything as it is at one moment.</summary>
    public CircuitView View()
    {
        lock (_gate)
            return new(_state, _record.InARow, _open.Since, _open.Reason, TimeUntilProbeCore(), _open.Cause, _disabled.Until);
    }

    /// <summary>Work can be admitted now, as far as can be told without asking to enter.</summary>
    public bool IsDue => AdmitsAll || TimeUntilProbe() == TimeSpan.Zero;

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
        OpenPeriod? open;
        lock (other._gate)
            open = other._state is CircuitState.Open or CircuitState.HalfOpen ? other._open.Copy(isProbeDue: other._state == CircuitState.HalfOpen) : null;
        if (open is null)
            return;

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
            _disabled.End();
            _record.Clear();
            _changed.Raise();
        }
    }

    public void Isolate() => Force(CircuitState.Isolated);

    public void Close() => Force(CircuitState.Closed);

    /// <summary>Admits everything until then, whatever comes of it, and then closes.</summary>
    public void Disable(DateTimeOffset until) => Force(CircuitState.Disabled, until);

    /// <summary>It refuses nobody and needs no probes.</summary>
    public bool AdmitsAll => _state is CircuitState.Closed or CircuitState.Disabled;

    private void Enable()
    {
        lock (_gate)
        {
            if (_disabled.HasPassed)
                MoveTo(CircuitState.Closed);
        }

        _reports.Deliver();
    }

    private void Force(CircuitState state, DateTimeOffset? until = null)
    {
        lock (_gate)
        {
            if (_state != state)
                MoveTo(state, disabledUntil: until);
            else if (state == CircuitState.Closed)
                _record.Clear();
            if (until is { } end)
                _disabled.Begin(end, Enable);
        }

        _reports.Deliver();
    }

    // Reading the clock costs as much as the rest of a call through a closed breaker.
    private long? StartedAt() => _options.SlowCallDuration is null ? null : clock.GetTimestamp();

    private void ExitProbe(int probe, CallVerdict verdict, FailedCall? failed)
    {
        if (!_probes.TryEnd(probe))
            return;

        if (verdict == CallVerdict.Failure)
        {
            _record.AddProbe(failed);
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

    private void MoveTo(CircuitState state, CircuitOpenReason? reason = null, DateTimeOffset? disabledUntil = null)
    {
        CircuitState from = _state;
        CircuitOpening? opening = reason is { } opened ? new(opened, _options.ResetTimeout, _record.Conclude(opened)) : null;
        _reports.Add(new(from, state, _record.InARow, opening, disabledUntil));
        _era++;
        _state = state;
        _probes.Clear();
        _disabled.End();
        _open.Enter(from, state, opening);
        if (state == CircuitState.Closed)
            _record.Clear();
        else
            _record.ClearShares();
        _changed.Raise();
    }

    private TimeSpan? TimeUntilProbeCore() => _state switch
    {
        CircuitState.Open => _open.Remaining(_options),
        CircuitState.HalfOpen => _probes.TimeUntilRoom(_options),
        CircuitState.Isolated => null,
        _ => TimeSpan.Zero,
    };
}
