namespace HaptiTalk.Messaging.Resilience;

/// <summary>The time for which somebody has disabled a circuit.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class DisabledTime(TimeProvider clock)
{
    private ITimer? _timer;

    /// <summary>When it ends; null while there is none.</summary>
    public DateTimeOffset? Until { get; private set; }

    /// <summary>A timer that was replaced may fire all the same.</summary>
    public bool HasPassed => Until <= clock.GetUtcNow();

    public void Begin(DateTimeOffset until, Action passed)
    {
        End();
        Until = until;
        TimeSpan left = until - clock.GetUtcNow();
        _timer = clock.CreateTimer(static passed => ((Action)passed!)(), passed, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void End()
    {
        Until = null;
        _timer?.Dispose();
        _timer = null;
    }
}
