namespace HaptiTalk.Messaging.Resilience;

/// <summary>Limits the changes of one caller in a minute. The minute begins with the caller's first change.</summary>
internal sealed class ControlRate(TimeProvider clock)
{
    public const int PerMinute = 30;

    private const int MostCallers = 1000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Since, int Taken)> _callers = new(StringComparer.Ordinal);

    /// <summary>Takes one of the caller's changes.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="retryAfter">How long until there are new ones, where there is none left.</param>
    public bool TryTake(string caller, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            long now = clock.GetTimestamp();
            if (_callers.Count >= MostCallers && !_callers.ContainsKey(caller))
                caller = MakeRoom(now) ? caller : string.Empty;

            (long since, int taken) = _callers.TryGetValue(caller, out var known) && clock.GetElapsedTime(known.Since, now) < Minute ? known : (now, 0);
            retryAfter = Minute - clock.GetElapsedTime(since, now);
            if (taken >= PerMinute)
                return false;

            _callers[caller] = (since, taken + 1);
            return true;
        }
    }

    // With too many callers, the last ones share one allowance.
    private bool MakeRoom(long now)
    {
        foreach ((string caller, (long since, _)) in _callers)
        {
            if (clock.GetElapsedTime(since, now) >= Minute)
                _callers.Remove(caller);
        }

        return _callers.Count < MostCallers;
    }
}
