namespace HaptiTalk.Messaging.Resilience;

/// <summary>How often something happened in the most recent time, in ten slices that are forgotten one by one.</summary>
/// <remarks>Not safe for use by several threads.</remarks>
internal sealed class SlidingCount(TimeProvider clock)
{
    private const int Slices = 10;

    private readonly long[] _slices = new long[Slices];
    private readonly long _origin = clock.GetTimestamp();
    private long _slice;
    private long _sum;

    public void Increment(TimeSpan window)
    {
        Advance(window);
        _slices[_slice % Slices]++;
        _sum++;
    }

    public long Sum(TimeSpan window)
    {
        Advance(window);
        return _sum;
    }

    private void Advance(TimeSpan window)
    {
        long now = clock.GetElapsedTime(_origin).Ticks / (window.Ticks / Slices);
        if (now - _slice is >= Slices or < 0)
        {
            // So much time has passed, or the window was changed, that nothing is recent.
            Array.Clear(_slices);
            _sum = 0;
        }
        else
        {
            for (long slice = _slice + 1; slice <= now; slice++)
            {
                _sum -= _slices[slice % Slices];
                _slices[slice % Slices] = 0;
            }
        }

        _slice = now;
    }
}
