using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Ends an attempt when its time is over, directly around the work. Polly's timeout then writes down the whole call stack, line
/// numbers included: that takes longer than all else in a run, and when a service stops answering, many run out of time at once.
/// </summary>
internal sealed class AttemptTimeoutPolicy(TimeProvider clock, ProcessPauses pauses)
{
    private readonly TimeLimits _limits = new(clock, pauses);

    /// <summary>From now on the attempt's time runs.</summary>
    public TimeLimit Begin(Execution execution, CancellationToken caller)
    {
        TimeLimit limit = _limits.Begin(TimeoutPipeline.BeginAttempt(execution), caller);
        execution.Progress.AttemptToken = limit.Token;
        return limit;
    }

    /// <summary>The attempt has ended.</summary>
    /// <returns>Its failure, which is a timeout when its time was over.</returns>
    public Exception? End(Execution execution, in TimeLimit limit, Exception? failure)
    {
        bool isOver = _limits.End(limit);
        if (!isOver || failure is not OperationCanceledException cancelled || limit.Caller.IsCancellationRequested)
            return failure;

        // The work may run pipelines of its own, whose timeouts throw the same exception.
        execution.Progress.IsTimedOut = true;
        return new TimeoutRejectedException(
            $"The operation didn't complete within the allowed timeout of '{limit.Time}'.", limit.Time, cancelled);
    }
}
