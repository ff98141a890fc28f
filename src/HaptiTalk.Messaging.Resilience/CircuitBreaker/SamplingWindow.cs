namespace HaptiTalk.Messaging.Resilience;

/// <summary>Calls, failures and slow calls of the most recent time, in ten slices that are forgotten one by one.</summary>
/// <remarks>Not safe for use by several threads: the breaker holds its lock.</remarks>
internal sealed class SamplingWindow(TimeProvider clock)
{
    private const int Slices = 10;

    private readonly Counts[] _slices = new Counts[Slices];
    private readonly long _origin = clock.GetTimestamp();
    private long _slice;

    public Counts Add(CircuitBreakerOptions options, bool isFailure, bool isSlow)
    {
        Advance(options.SamplingDuration);
        _slices[_slice % Slices] += new Counts(1, isFailure ? 1 : 0, isSlow ? 1 : 0);
        Counts sum = default;
        foreach (Counts slice in _slices)
            sum += slice;
        return sum;
    }

    public void Clear() => Array.Clear(_slices);

    private void Advance(TimeSpan duration)
    {
        long now = clock.GetElapsedTime(_origin).Ticks / Math.Max(1, duration.Ticks / Slices);
        if (now - _slice is >= Slices or < 0)
        {
            // So much time has passed, or the duration was changed, that nothing in the window is recent.
            Clear();
        }
        else
        {
            for (long slice = _slice + 1; slice <= now; slice++)
                _slices[slice % Slices] = default;
        }

        _slice = now;
    }

    /// <summary>What happened in a time.</summary>
    internal readonly record struct Counts(int Calls, int Failures, int Slow)
    {
        public static Counts operator +(Counts left, Counts right) =>
            new(left.Calls + right.Calls, left.Failures + right.Failures, left.Slow + right.Slow);

        /// <summary>The rule that is broken; null while all is well.</summary>
        public CircuitOpenReason? Reaches(CircuitBreakerOptions options)
        {
            if (Calls < options.MinimumThroughput)
                return null;
            if (options.FailureRatio is { } failures && Failures >= failures * Calls)
                return CircuitOpenReason.FailureRatio;
            return options.SlowCallRatio is { } slow && Slow >= slow * Calls ? CircuitOpenReason.SlowCallRatio : null;
        }
    }
}
