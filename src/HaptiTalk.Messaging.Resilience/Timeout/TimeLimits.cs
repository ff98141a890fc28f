namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tokens that are cancelled when a time is over or the caller gives up. Each is new: whoever was given it may have kept it, and must
/// not be told of a later run. What only this class ever sees, and what costs most, is used again: the source with the timer.
/// </summary>
internal sealed class TimeLimits
{
    // Answers that came while the process stood still wait to be read: whoever is late already can wait that long for them.
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(50);

    private static readonly Action<object?> GiveUp = static source => ((CancellationTokenSource)source!).Cancel();

    private readonly TimeProvider _clock;
    private readonly ProcessPauses? _pauses;
    private readonly Action<object?> _timeIsOver;
    private readonly Spares<CancellationTokenSource> _timers = new();

    /// <param name="clock">Says when a time is over.</param>
    /// <param name="pauses">Tells why that was noticed late; null where nothing comes from outside the process.</param>
    public TimeLimits(TimeProvider clock, ProcessPauses? pauses = null)
    {
        _clock = clock;
        _pauses = pauses;
        _timeIsOver = TimeIsOver;
    }

    /// <summary>From now on the time runs.</summary>
    public TimeLimit Begin(TimeSpan time, CancellationToken caller)
    {
        var source = new CancellationTokenSource();
        if (_timers.TryTake(out CancellationTokenSource? timer))
            timer.CancelAfter(time);
        else
            timer = new CancellationTokenSource(time, _clock);
        return new(time, source, timer, timer.Token.UnsafeRegister(_timeIsOver, source), caller.UnsafeRegister(GiveUp, source), caller);
    }

    /// <summary>What ran has ended; its token is cancelled no more.</summary>
    /// <returns>Whether the time was over, or the caller had given up, before that.</returns>
    public bool End(in TimeLimit limit)
    {
        bool isOver = limit.Token.IsCancellationRequested;
        limit.CallerLink.Unregister();
        limit.TimerLink.Unregister();

        // A timer on a clock of a test's own cannot be reset, nor one whose time is over.
        if (!limit.Timer.TryReset() || !_timers.TryKeep(limit.Timer))
        {
            // What was put off is no longer wanted.
            if (!isOver && limit.Timer.IsCancellationRequested)
                limit.Source.CancelAfter(System.Threading.Timeout.InfiniteTimeSpan);
            limit.Timer.Dispose();
        }

        return isOver;
    }

    private void TimeIsOver(object? state)
    {
        var source = (CancellationTokenSource)state!;
        if (_pauses is { IsCatchingUp: true })
            source.CancelAfter(CatchUp);
        else
            source.Cancel();
    }
}

/// <summary>The time that something has, and the token that ends it.</summary>
internal readonly record struct TimeLimit(
    TimeSpan Time,
    CancellationTokenSource Source,
    CancellationTokenSource Timer,
    CancellationTokenRegistration TimerLink,
    CancellationTokenRegistration CallerLink,
    CancellationToken Caller)
{
    public CancellationToken Token => Source.Token;
}
