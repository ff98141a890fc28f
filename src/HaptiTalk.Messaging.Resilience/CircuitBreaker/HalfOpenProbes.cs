namespace HaptiTalk.Messaging.Resilience;

/// <summary>The probes of a half-open period: how many have succeeded, how many run, and which never ended.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class HalfOpenProbes(TimeProvider clock)
{
    private readonly Dictionary<int, long> _running = [];
    private int _successes;
    private int _last;

    /// <summary>Admits one more, if need be in the place of one that never ended.</summary>
    /// <returns>Its number, from 1; 0 when there is no room.</returns>
    public int TryStart(CircuitBreakerOptions options)
    {
        if (!HasRoom(options) && !RecoverLost(options))
            return 0;

        _last++;
        _running.Add(_last, clock.GetTimestamp());
        return _last;
    }

    /// <summary>False for a probe that has been given up.</summary>
    public bool TryEnd(int probe) => _running.Remove(probe);

    public void Succeeded() => _successes++;

    public bool HaveProven(CircuitBreakerOptions options) => _successes >= options.HalfOpenMaxCalls;

    public void Clear()
    {
        _running.Clear();
        _successes = 0;
    }

    /// <summary>How long until another one can be admitted.</summary>
    public TimeSpan TimeUntilRoom(CircuitBreakerOptions options)
    {
        if (HasRoom(options) || _running.Count == 0)
            return TimeSpan.Zero;

        long oldest = long.MaxValue;
        foreach (long startedAt in _running.Values)
            oldest = Math.Min(oldest, startedAt);
        TimeSpan left = options.ResetTimeout - clock.GetElapsedTime(oldest);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private bool HasRoom(CircuitBreakerOptions options) => _successes + _running.Count < options.HalfOpenMaxCalls;

    // A probe whose call never ends must not keep the circuit half-open for ever.
    private bool RecoverLost(CircuitBreakerOptions options)
    {
        foreach ((int probe, long startedAt) in _running)
        {
            if (clock.GetElapsedTime(startedAt) >= options.ResetTimeout)
                return _running.Remove(probe);
        }

        return false;
    }
}
