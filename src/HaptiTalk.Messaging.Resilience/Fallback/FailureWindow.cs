namespace HaptiTalk.Messaging.Resilience;

/// <summary>The most recent failures of one fallback key: enough of them close together call for the fallback.</summary>
internal sealed class FailureWindow(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _failures = new();
    private volatile bool _any;

    /// <summary>Tells whether the threshold is reached, this failure counted.</summary>
    /// <param name="options">Say how many there must be, and within what time.</param>
    /// <param name="counts">Whether those that follow find this one, too: it is the service's.</param>
    public bool Record(FallbackOptions options, bool counts = true)
    {
        long now = clock.GetTimestamp();
        lock (_gate)
        {
            if (counts)
                _failures.Enqueue(now);
            while (_failures.Count > options.ErrorThreshold
                || (_failures.TryPeek(out long oldest) && clock.GetElapsedTime(oldest, now) > options.ErrorWindow))
            {
                _failures.Dequeue();
            }

            _any = _failures.Count > 0;
            return _failures.Count + (counts ? 0 : 1) >= options.ErrorThreshold;
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
