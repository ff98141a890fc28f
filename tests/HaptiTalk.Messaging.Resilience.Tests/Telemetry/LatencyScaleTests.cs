namespace HaptiTalk.Messaging.Resilience.Tests;

public sealed class LatencyScaleTests
{
    [Fact]
    public void Percentile_OfOneTime_IsAtMostAnEighthTooLongAndNeverTooShort()
    {
        for (double microseconds = 1; microseconds < 1e9; microseconds *= 1.01)
        {
            TimeSpan time = TimeSpan.FromMicroseconds(microseconds);
            TimeSpan told = PercentileOf(1, time);

            told.ShouldBeGreaterThan(time);
            told.ShouldBeLessThanOrEqualTo((time * 1.125) + TimeSpan.FromMicroseconds(1));
        }
    }

    [Fact]
    public void IndexOf_LongerTimes_NeverFalls()
    {
        int last = 0;
        for (long microseconds = 0; microseconds < 100_000; microseconds++)
        {
            int index = LatencyScale.IndexOf(TimeSpan.FromMicroseconds(microseconds));
            (index - last).ShouldBeInRange(0, 1);
            last = index;
        }
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(86_400, LatencyScale.Length - 1)]
    public void IndexOf_OffTheScale_IsItsEnd(int seconds, int index) => LatencyScale.IndexOf(TimeSpan.FromSeconds(seconds)).ShouldBe(index);

    [Fact]
    public void Percentile_OneSlowCallInAHundred_IsStillFast() =>
        PercentileOf(0.99, [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 99), TimeSpan.FromSeconds(5)]).ShouldBeLessThan(TimeSpan.FromMilliseconds(2));

    [Fact]
    public void Percentile_TwoSlowCallsInAHundred_IsSlow() =>
        PercentileOf(0.99, [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 98), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)])
            .ShouldBeGreaterThan(TimeSpan.FromSeconds(5));

    private static TimeSpan PercentileOf(double share, params TimeSpan[] times)
    {
        long[] counts = new long[LatencyScale.Length];
        foreach (TimeSpan time in times)
            counts[LatencyScale.IndexOf(time)]++;
        return LatencyScale.Percentile(counts, times.Length, share);
    }
}
