using System.Numerics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Fixed steps for times from a microsecond to a quarter of an hour, each at most an eighth longer than the one before.</summary>
internal static class LatencyScale
{
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;
    private const int LargestExponent = 29;

    /// <summary>How many steps there are.</summary>
    public const int Length = (LargestExponent - StepBits + 2) * Steps;

    private const long Longest = (1L << (LargestExponent + 1)) - 1;

    /// <summary>The step a time belongs to.</summary>
    public static int IndexOf(TimeSpan elapsed)
    {
        long microseconds = Math.Clamp(elapsed.Ticks / TimeSpan.TicksPerMicrosecond, 0, Longest);
        if (microseconds < Steps)
            return (int)microseconds;

        int shift = BitOperations.Log2((ulong)microseconds) - StepBits;
        return (shift << StepBits) + (int)(microseconds >> shift);
    }

    /// <summary>The time within which a share of the calls ended: the end of its step, so rather too long than too short.</summary>
    /// <param name="counts">Calls by step.</param>
    /// <param name="calls">All of them together; at least one.</param>
    /// <param name="share">For example 0.99.</param>
    public static TimeSpan Percentile(ReadOnlySpan<long> counts, long calls, double share)
    {
        long left = (long)Math.Ceiling(calls * share);
        int index = 0;
        while (index < counts.Length - 1 && (left -= counts[index]) > 0)
            index++;
        return EndOf(index);
    }

    private static TimeSpan EndOf(int index)
    {
        int shift = Math.Max(0, (index >> StepBits) - 1);
        long begin = (long)(index - (shift << StepBits)) << shift;
        return TimeSpan.FromMicroseconds(begin + (1L << shift));
    }
}
