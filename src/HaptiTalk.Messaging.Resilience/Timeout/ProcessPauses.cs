namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Notices when this process stands still: stopped, without processor time, in a long garbage collection, or without a free thread.
/// A beat, ten times a second, comes late then. A timeout that was due meanwhile is noticed late, and one that was due soon after
/// had no time to see the answers that had come: neither says anything about the service.
/// </summary>
/// <remarks>
/// The lateness of the timeouts themselves does not tell: many are due at once, and the first to be looked at may have been due just
/// before the process went on. And to beat only while something is in flight, every call would have to say that it is.
/// </remarks>
internal sealed class ProcessPauses : IDisposable
{
    /// <summary>A shorter standstill is the ordinary lateness of a busy machine.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock;
    private readonly ITimer? _heart;
    private long _lastBeat;
    private volatile Pause? _latest;

    public ProcessPauses(TimeProvider clock, bool isWatched = true)
    {
        _clock = clock;
        _lastBeat = clock.GetTimestamp();
        if (!isWatched)
            return;

        // The timer lives as long as the host: what surrounds the first call must not.
        using AsyncFlowControl alone = ExecutionContext.SuppressFlow();
        _heart = clock.CreateTimer(static pauses => ((ProcessPauses)pauses!).OnBeat(), this, Beat, Beat);
    }

    /// <summary>Watches where the host runs by the machine's clock. One of a test's own leaps, which looks the same.</summary>
    public static ProcessPauses Of(TimeProvider clock) => new(clock, ReferenceEquals(clock, TimeProvider.System));

    /// <summary>What has come while the process stood still is only now being read.</summary>
    public bool IsCatchingUp => Cover(TimeSpan.MaxValue, overdue: TimeSpan.Zero);

    /// <summary>Whether something was due while the process stood still, or before it had run again for as long as it had stood still.</summary>
    /// <param name="time">What it had, from when it began until it was due.</param>
    /// <param name="overdue">How long ago it was due.</param>
    public bool Cover(TimeSpan time, TimeSpan overdue)
    {
        if (_heart is null)
            return false;

        long now = _clock.GetTimestamp();
        TimeSpan sinceBeat = _clock.GetElapsedTime(Interlocked.Read(ref _lastBeat), now);

        // After a standstill the next beat waits for a thread, as do those who ask.
        if (sinceBeat >= Beat + Shortest && overdue <= sinceBeat)
            return true;
        if (_latest is not { } pause)
            return false;

        TimeSpan sinceEnd = _clock.GetElapsedTime(pause.End, now);
        return overdue <= sinceEnd + pause.Length && overdue >= sinceEnd - pause.Length && overdue > sinceEnd - time;
    }

    public void Dispose() => _heart?.Dispose();

    private void OnBeat()
    {
        long now = _clock.GetTimestamp();
        TimeSpan length = _clock.GetElapsedTime(Interlocked.Exchange(ref _lastBeat, now), now);

        // One that reaches further is not over yet.
        if (length >= Beat + Shortest && (_latest is not { } latest || length >= latest.Length - _clock.GetElapsedTime(latest.End, now)))
            _latest = new(now, length);
    }

    /// <param name="End">When the process went on.</param>
    /// <param name="Length">How long it had not run, to a beat.</param>
    private sealed record Pause(long End, TimeSpan Length);
}
