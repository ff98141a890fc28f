namespace HaptiTalk.Demo;

/// <summary>What was measured in one act.</summary>
/// <param name="IsProtected">Whether the framework was in it.</param>
/// <param name="Calls">Every call.</param>
/// <param name="Executions">How often a consumer began to work.</param>
/// <param name="Errors">Messages left in error queues, by queue.</param>
/// <param name="Changes">What the breakers did.</param>
/// <param name="LongestQueue">The longest queue seen before a bulkhead.</param>
/// <param name="OutageEndedAt">When the user service came back.</param>
/// <param name="Patience">How long a caller of a service waits at most.</param>
internal sealed record ActResult(
    bool IsProtected,
    IReadOnlyCollection<Call> Calls,
    long Executions,
    IReadOnlyDictionary<string, long> Errors,
    IReadOnlyList<BreakerChange> Changes,
    int LongestQueue,
    long OutageEndedAt,
    IReadOnlyDictionary<string, TimeSpan> Patience)
{
    public int Count(CallEnd end) => Calls.Count(call => call.End == end);

    public long ErrorsLeft => Errors.Values.Sum();
}
