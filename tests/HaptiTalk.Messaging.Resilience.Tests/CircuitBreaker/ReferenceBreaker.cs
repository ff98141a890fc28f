namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The breaker's rules in the plainest words there are, for one caller at a time: what the real one is compared with.</summary>
internal sealed class ReferenceBreaker(CircuitBreakerOptions options)
{
    private readonly List<ReferencePermit> _probes = [];
    private CircuitBreakerOptions _options = options;
    private int _era;
    private int _successes;
    private TimeSpan _openedAt;

    public CircuitState State { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Of several lost probes one was given up; which one is nobody's concern, so nothing that follows can be compared.</summary>
    public bool IsUndecided { get; private set; }

    public ReferencePermit? Enter(TimeSpan now)
    {
        if (State == CircuitState.Open && now - _openedAt >= _options.ResetTimeout)
            Become(CircuitState.HalfOpen, now);
        if (State == CircuitState.Closed)
            return new(_era, now);
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

        var permit = new ReferencePermit(_era, now);
        _probes.Add(permit);
        return permit;
    }

    public void Exit(ReferencePermit permit, CallVerdict verdict, TimeSpan now)
    {
        if (permit.Era != _era || (State == CircuitState.HalfOpen && !_probes.Remove(permit)) || verdict == CallVerdict.Neutral)
            return;

        bool failed = verdict == CallVerdict.Failure;
        Failures = failed ? Failures + 1 : State == CircuitState.Closed ? 0 : Failures;
        _successes += failed ? 0 : 1;
        if (failed && (State == CircuitState.HalfOpen || Failures >= _options.FailureThreshold))
            Become(CircuitState.Open, now);
        else if (State == CircuitState.HalfOpen && _successes >= _options.HalfOpenMaxCalls)
            Become(CircuitState.Closed, now);
    }

    public void Force(CircuitState state, TimeSpan now)
    {
        if (State != state)
            Become(state, now);
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

    private void Become(CircuitState state, TimeSpan now)
    {
        State = state;
        _era++;
        _successes = 0;
        _probes.Clear();
        _openedAt = now;
        Failures = state == CircuitState.Closed ? 0 : Failures;
    }
}

internal sealed class ReferencePermit(int era, TimeSpan startedAt)
{
    public int Era { get; } = era;

    public TimeSpan StartedAt { get; } = startedAt;
}
