namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The breaker's rules in the plainest words there are, for one caller at a time: what the real one is compared with.</summary>
internal sealed class ReferenceBreaker(CircuitBreakerOptions options)
{
    private readonly List<ReferencePermit> _probes = [];
    private readonly List<(long Slice, bool Failed, bool Slow)> _recent = [];
    private CircuitBreakerOptions _options = options;
    private int _era;
    private int _successes;
    private TimeSpan _openedAt;
    private TimeSpan _enabledAt;

    public CircuitState State { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Of several lost probes one was given up; which one is nobody's concern, so nothing that follows can be compared.</summary>
    public bool IsUndecided { get; private set; }

    public ReferencePermit? Enter(TimeSpan now)
    {
        if (State == CircuitState.Open && now - _openedAt >= _options.ResetTimeout)
            Become(CircuitState.HalfOpen, now);
        if (State is CircuitState.Closed or CircuitState.Disabled)
            return new(_era, now, _options.SlowCallDuration is not null);
        if (State != CircuitState.HalfOpen)
            return null;

        if (_successes + _probes.Count >= _options.HalfOpenMaxCalls)
        {
            ReferencePermit[] lost = [.. _probes.Where(probe => now - probe.StartedAt >= _options.ResetTimeout)];
            if (lost.Length == 0)
                return null;

            IsUndecided = lost.Length > 1;
            _probes.Remove(lost[0]);
        }

        var permit = new ReferencePermit(_era, now, _options.SlowCallDuration is not null);
        _probes.Add(permit);
        return permit;
    }

    public void Exit(ReferencePermit permit, CallVerdict verdict, TimeSpan now)
    {
        if (permit.Era != _era || (State == CircuitState.HalfOpen && !_probes.Remove(permit)) || verdict == CallVerdict.Neutral)
            return;

        bool slow = permit.MayBeSlow && now - permit.StartedAt > _options.SlowCallDuration;
        bool ofOne = verdict == CallVerdict.InstanceFailure;
        if (ofOne && !slow && State == CircuitState.HalfOpen)
            return;

        bool failed = verdict == CallVerdict.Failure || ofOne || (slow && State == CircuitState.HalfOpen);
        if (!ofOne || State == CircuitState.HalfOpen)
            Failures = failed ? Failures + 1 : State == CircuitState.HalfOpen ? Failures : 0;
        if (State == CircuitState.Disabled)
            return;

        _successes += failed ? 0 : 1;
        if ((failed && (State == CircuitState.HalfOpen || Failures >= _options.FailureThreshold)) || RatioReached(failed, slow, now))
            Become(CircuitState.Open, now);
        else if (State == CircuitState.HalfOpen && _successes >= _options.HalfOpenMaxCalls)
            Become(CircuitState.Closed, now);
    }

    public void Force(CircuitState state, TimeSpan now)
    {
        if (State != state || state == CircuitState.Closed)
            Become(state, now, sameEra: State == state);
    }

    public void Disable(TimeSpan time, TimeSpan now)
    {
        if (State != CircuitState.Disabled)
            Become(CircuitState.Disabled, now);
        _enabledAt = now + time;
    }

    /// <summary>Time has passed.</summary>
    public void Pass(TimeSpan now)
    {
        if (State == CircuitState.Disabled && now >= _enabledAt)
            Become(CircuitState.Closed, now);
    }

    public void Apply(CircuitBreakerOptions options, TimeSpan now)
    {
        _options = options;
        if (State == CircuitState.HalfOpen && _successes >= options.HalfOpenMaxCalls)
            Become(CircuitState.Closed, now);
    }

    public TimeSpan? UntilProbe(TimeSpan now)
    {
        TimeSpan since = State == CircuitState.Open ? _openedAt : _probes.Count > 0 ? _probes.Min(probe => probe.StartedAt) : now;
        bool mustWait = State == CircuitState.Open || (State == CircuitState.HalfOpen && _successes + _probes.Count >= _options.HalfOpenMaxCalls);
        TimeSpan left = mustWait ? since + _options.ResetTimeout - now : TimeSpan.Zero;
        return State == CircuitState.Isolated ? null : left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    // The most recent time in ten slices: a call counts until the tenth slice after its own begins.
    private bool RatioReached(bool failed, bool slow, TimeSpan now)
    {
        if (State != CircuitState.Closed || (_options.FailureRatio is null && _options.SlowCallRatio is null))
            return false;

        long slice = now.Ticks / (_options.SamplingDuration.Ticks / 10);
        _recent.Add((slice, failed, slow));
        _recent.RemoveAll(call => call.Slice <= slice - 10);
        return _recent.Count >= _options.MinimumThroughput
            && (_recent.Count(call => call.Failed) >= _options.FailureRatio * _recent.Count
                || _recent.Count(call => call.Slow) >= _options.SlowCallRatio * _recent.Count);
    }

    private void Become(CircuitState state, TimeSpan now, bool sameEra = false)
    {
        State = state;
        _era += sameEra ? 0 : 1;
        _successes = 0;
        _probes.Clear();
        _recent.Clear();
        _openedAt = now;
        Failures = state == CircuitState.Closed ? 0 : Failures;
    }
}

internal sealed class ReferencePermit(int era, TimeSpan startedAt, bool mayBeSlow)
{
    public int Era { get; } = era;

    public TimeSpan StartedAt { get; } = startedAt;

    /// <summary>Slow calls counted when it was given; the rule does not reach back to calls that began before it.</summary>
    public bool MayBeSlow { get; } = mayBeSlow;
}
