namespace HaptiTalk.Demo;

internal static class Percentile
{
    /// <summary>The wait that a share of the calls did not exceed, by nearest rank; zero without calls.</summary>
    public static TimeSpan Of(IEnumerable<Call> calls, double share)
    {
        TimeSpan[] waits = [.. calls.Select(call => call.Wait).Order()];
        return waits.Length == 0 ? TimeSpan.Zero : waits[Math.Max(0, (int)Math.Ceiling(share * waits.Length) - 1)];
    }
}
