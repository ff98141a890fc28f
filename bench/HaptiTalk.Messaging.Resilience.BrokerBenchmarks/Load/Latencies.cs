using HdrHistogram;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Times of calls, in microseconds, from any thread.</summary>
internal sealed class Latencies
{
    private static readonly long Longest = (long)TimeSpan.FromMinutes(10).TotalMicroseconds;

    private readonly HistogramBase _histogram = HistogramFactory.With64BitBucketSize()
        .WithValuesUpTo(Longest).WithPrecisionOf(3).WithThreadSafeWrites().Create();

    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(TimeSpan took)
    {
        _histogram.RecordValue(Math.Clamp((long)took.TotalMicroseconds, 1, Longest));
        Interlocked.Increment(ref _count);
    }

    /// <returns>Milliseconds.</returns>
    public double At(double percentile) => Count == 0 ? double.NaN : _histogram.GetValueAtPercentile(percentile) / 1000.0;
}
