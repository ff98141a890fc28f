namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tokens that are cancelled when a time is over or the caller gives up. Each is new: whoever was given it may have kept it, and must
/// not be told of a later run. What only this class ever sees, and what costs most, is used again: the source with the timer.
/// </summary>
internal sealed class TimeLimits(TimeProvider clock)
{
    private static readonly Action<object?> Cancel = static source => ((CancellationTokenSource)source!).Cancel();

    private readonly Spares<CancellationTokenSource> _timers = new();

    /// <summary>From now on the time runs.</summary>
    public TimeLimit Begin(TimeSpan time, CancellationToken caller)
    {
        var source = new CancellationTokenSource();
        if (_timers.TryTake(out CancellationTokenSource? timer))
            timer.CancelAfter(time);
        else
            timer = new CancellationTokenSource(time, clock);
        return new(time, source, timer, timer.Token.UnsafeRegister(Cancel, source), caller.UnsafeRegister(Cancel, source), caller);
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
            limit.Timer.Dispose();
        return isOver;
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
