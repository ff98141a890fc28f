namespace HaptiTalk.Messaging.Resilience;

/// <summary>The runs of one service on one side that ended within the last minute.</summary>
/// <param name="Successful">Runs that ended well.</param>
/// <param name="Failed">Runs that failed or were refused, those that a fallback stood in for included.</param>
/// <param name="Fallback">Runs that a fallback stood in for.</param>
/// <param name="Rejected">Runs that were refused before they began and that no fallback stood in for.</param>
/// <param name="PerSecond">Runs a second, however they ended.</param>
/// <param name="Percentile99">The time within which 99 of 100 ended, at most an eighth too long; null when there were none.</param>
public sealed record RecentExecutions(long Successful, long Failed, long Fallback, long Rejected, double PerSecond, TimeSpan? Percentile99);
