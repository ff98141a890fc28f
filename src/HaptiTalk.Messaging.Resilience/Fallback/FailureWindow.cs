namespace HaptiTalk.Messaging.Resilience;

/// <summary>The most recent failures of one fallback key: enough of them close together call for the fallback.</summary>
internal sealed class FailureWindow(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _failures = new();
    private volatile bool _any;

    /// <summary>Counts a failure and tells whether the threshold is reached, this one counted.</summary>
    public bool Record(FallbackOptions options)
    {
        long now = clock.GetTimestamp();
        lock (_gate)
        {
            _failures.Enqueue(now);
            while (_failures.Count > options.ErrorThreshold
                || (_failures.TryPeek(out long oldest) && clock.GetElapsedTime(oldest, now) > options.ErrorWindow))
            {
                _failures.Dequeue();
            }

            _any = true;
            return _failures.Count >= options.ErrorThreshold;
        }
    }

    /// <summary>A success forgets what came before it.</summary>
    public void Clear()
    {
        if (!_any)
            return;

        lock (_gate)
        {
            _failures.Clear();
            _any = false;
        }
    }
}
