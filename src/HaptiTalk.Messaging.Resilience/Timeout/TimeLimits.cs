using Microsoft.Extensions.ObjectPool;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tokens that are cancelled when a time is over or the caller gives up. Each is new: whoever was given it may have kept it, and must
/// not be told of a later run. What only this class ever sees, and what costs most, is used again: the source with the timer.
/// </summary>
internal sealed class TimeLimits
{
    // Answers that came while the process stood still wait to be read: whoever is late already can wait that long for them. A burst of
    // timeouts needs the rest of the 100 ms that a call may be late.
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(25);

    private static readonly Action<object?> GiveUp = static source => ((CancellationTokenSource)source!).Cancel();

    private readonly ProcessPauses? _pauses;
    private readonly Action<object?> _timeIsOver;
    private readonly ObjectPool<CancellationTokenSource> _timers;

    /// <param name="clock">Says when a time is over.</param>
    /// <param name="pauses">Tells why that was noticed late; null where nothing comes from outside the process.</param>
    public TimeLimits(TimeProvider clock, ProcessPauses? pauses = null)
    {
        _pauses = pauses;
        _timeIsOver = TimeIsOver;
        _timers = new DefaultObjectPool<CancellationTokenSource>(new Unused(clock), PoolSize.Calls);
    }

    /// <summary>From now on the time runs.</summary>
    public TimeLimit Begin(TimeSpan time, CancellationToken caller)
    {
        var source = new CancellationTokenSource();
        CancellationTokenSource timer = _timers.Get();
        timer.CancelAfter(time);
        return new(time, source, timer, timer.Token.UnsafeRegister(_timeIsOver, source), caller.UnsafeRegister(GiveUp, source), caller);
    }

    /// <summary>What ran has ended; its token is cancelled no more.</summary>
    /// <returns>Whether the time was over, or the caller had given up, before that.</returns>
    public bool End(in TimeLimit limit)
    {
        bool isOver = limit.Token.IsCancellationRequested;
        limit.CallerLink.Unregister();

        // A timer that is reset forgets its links, too. One on a clock of a test's own cannot be, nor one whose time is over.
        if (limit.Timer.TryReset())
        {
            _timers.Return(limit.Timer);
        }
        else
        {
            limit.TimerLink.Unregister();

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

    private sealed class Unused(TimeProvider clock) : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new(System.Threading.Timeout.InfiniteTimeSpan, clock);

        public override bool Return(CancellationTokenSource reset) => true;
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
