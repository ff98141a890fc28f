namespace HaptiTalk.Messaging.Resilience;

/// <summary>How many calls ended in the last minute and how long they took, in slices that are forgotten one by one.</summary>
/// <remarks>
/// Adding takes no lock and allocates nothing. It is for eyes, not for decisions: what is added in the very moment in which a
/// slice is forgotten may be counted in its neighbour.
/// </remarks>
internal sealed class RecentCalls
{
    private const int SliceSeconds = 5;
    private const int Slices = 60 / SliceSeconds;
    private const int Results = (int)ExecutionResult.Cancelled + 1;

    private readonly Lock _forgetting = new();
    private readonly Slice[] _slices = [.. Enumerable.Range(0, Slices).Select(number => new Slice { Number = number })];
    private readonly TimeProvider _clock;
    private readonly long _ticksPerSlice;
    private readonly long _origin;

    public RecentCalls(TimeProvider clock)
    {
        _clock = clock;
        _ticksPerSlice = clock.TimestampFrequency * SliceSeconds;
        _origin = clock.GetTimestamp();
    }

    /// <summary>A call has ended.</summary>
    /// <param name="result">How.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="now">The clock's timestamp.</param>
    public void Add(ExecutionResult result, TimeSpan elapsed, long now)
    {
        long number = NumberAt(now);
        Slice slice = _slices[number % Slices];
        if (Volatile.Read(ref slice.Number) < number)
            Forget(slice, number);
        Interlocked.Increment(ref slice.Counts[LatencyScale.IndexOf(elapsed)]);
        Interlocked.Increment(ref slice.Results[(int)result]);
    }

    /// <summary>How they ended, how many there were a second, and how long they took.</summary>
    public RecentExecutions Read()
    {
        long now = _clock.GetTimestamp();
        long oldest = OldestAt(now);
        Span<long> counts = stackalloc long[LatencyScale.Length];
        Span<long> results = stackalloc long[Results];
        foreach (Slice slice in _slices)
        {
            if (Volatile.Read(ref slice.Number) < oldest)
                continue;
            AddTo(counts, slice.Counts);
            AddTo(results, slice.Results);
        }

        long calls = 0;
        foreach (long count in counts)
            calls += count;
        long fallback = results[(int)ExecutionResult.Fallback];
        long rejected = results[(int)ExecutionResult.Rejected];
        return new(
            results[(int)ExecutionResult.Success],
            results[(int)ExecutionResult.Failure] + fallback + rejected,
            fallback,
            rejected,
            calls / SecondsUntil(now),
            calls == 0 ? null : LatencyScale.Percentile(counts, calls, 0.99));
    }

    private static void AddTo(Span<long> sums, int[] counts)
    {
        for (int i = 0; i < counts.Length; i++)
            sums[i] += Volatile.Read(ref counts[i]);
    }

    // A moment that a fake clock, or another core's, puts before the origin belongs to the first slice.
    private long NumberAt(long now) => Math.Max(0, now - _origin) / _ticksPerSlice;

    private long OldestAt(long now) => NumberAt(now) - Slices + 1;

    // The newest slice has only begun, and in the first minute there are not all of them; one second at least, or the first
    // call of all would count as thousands a second.
    private double SecondsUntil(long now)
    {
        double age = Math.Max(0, now - _origin) / (double)_ticksPerSlice * SliceSeconds;
        return Math.Clamp(age, 1, ((Slices - 1) * SliceSeconds) + (age % SliceSeconds));
    }

    private void Forget(Slice slice, long number)
    {
        lock (_forgetting)
        {
            if (slice.Number >= number)
                return;
            Array.Clear(slice.Counts);
            Array.Clear(slice.Results);
            Volatile.Write(ref slice.Number, number);
        }
    }

    private sealed class Slice
    {
        public readonly int[] Counts = new int[LatencyScale.Length];
        public readonly int[] Results = new int[RecentCalls.Results];
        public long Number;
    }
}
