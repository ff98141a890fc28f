namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>The middle one of an odd number of figures.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> figures)
    {
        double[] ordered = [.. figures.Order()];
        return ordered[ordered.Length / 2];
    }
}
