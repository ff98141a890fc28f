namespace HaptiTalk.Messaging.Resilience;

/// <summary>The wait before a repeat.</summary>
internal static class RetryDelay
{
    /// <param name="options">The profile's settings.</param>
    /// <param name="retry">0 before the first repeat.</param>
    /// <param name="random">A number from 0 to below 1 that places the wait within its jitter.</param>
    public static TimeSpan Compute(RetryOptions options, int retry, double random)
    {
        double delay = options.InitialDelay.TotalMilliseconds * Math.Pow(options.BackoffMultiplier, retry);
        double capped = Math.Min(delay, options.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(capped * (1 + (options.JitterFactor * ((2 * random) - 1))));
    }
}
