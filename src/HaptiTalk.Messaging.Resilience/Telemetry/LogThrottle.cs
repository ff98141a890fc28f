namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts what can happen to every single call, so that the log has one line about many of them and not one about each.</summary>
internal sealed class LogThrottle(TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _count;
    private long? _since;

    /// <summary>Counts one.</summary>
    /// <returns>What is to be reported now: the first, and from then on at most once a minute; null while it is too early.</returns>
    public ThrottledCount? Add()
    {
        lock (_gate)
        {
            _count++;
            return _since is { } since && clock.GetElapsedTime(since) < Every ? null : Report();
        }
    }

    /// <summary>Begins to count; the first is not reported at once.</summary>
    public void Begin()
    {
        lock (_gate)
            _since = clock.GetTimestamp();
    }

    /// <summary>Ends the count with what has not been reported yet; null where that is nothing.</summary>
    public ThrottledCount? End()
    {
        lock (_gate)
            return _count == 0 ? null : Report();
    }

    private ThrottledCount Report()
    {
        var report = new ThrottledCount(_count, _since is { } since ? clock.GetElapsedTime(since) : TimeSpan.Zero);
        _count = 0;
        _since = clock.GetTimestamp();
        return report;
    }
}

/// <summary>How often something has happened within a time.</summary>
internal readonly record struct ThrottledCount(long Count, TimeSpan Within);
