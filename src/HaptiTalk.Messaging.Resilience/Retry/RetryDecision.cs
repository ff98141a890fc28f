namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether a failed attempt is repeated, and after what wait.</summary>
internal static class RetryDecision
{
    /// <param name="execution">The run.</param>
    /// <param name="failure">How its latest attempt failed.</param>
    /// <param name="retry">Repeats that have been made.</param>
    /// <param name="delay">The wait before the next.</param>
    public static bool ShouldRetry(Execution execution, Exception failure, int retry, out TimeSpan delay)
    {
        delay = default;
        RetryOptions options = execution.Model.Profile.Retry;
        if (retry >= options.MaxRetries || execution.Plan.IsOneShot || execution.Progress is not { IsSettled: false, Straggler: null } || !IsRetryable(execution, failure, options))
            return false;

        delay = execution.Classifier.RejectionIn(failure)?.RetryAfter ?? RetryDelay.Compute(options, retry, Random.Shared.NextDouble());

        // A repeat that could not end before the caller gives up is work for nobody.
        return delay < execution.Remaining;
    }

    private static bool IsRetryable(Execution execution, Exception failure, RetryOptions options)
    {
        if (execution.Classifier.IsNamed(failure, options.Ignore))
            return false;

        return execution.Classify(failure) switch
        {
            FailureKind.Failure or FailureKind.Timeout => HasRoom(execution, failure, options),

            // What was refused deeper down, the service in between has repeated already.
            FailureKind.Rejected => execution.Classifier.RejectionIn(failure) is { RetryAfter: not null, Depth: 1 },
            FailureKind.Cancelled => false,
            _ => execution.Classifier.IsNamed(failure, options.Handle),
        };
    }

    // A request that got no answer is still queued or being worked on, here or further on. Who sets a bound for attempts says that a
    // repeat beside it is welcome, and keeps time for one.
    private static bool HasRoom(Execution execution, Exception failure, RetryOptions options) =>
        execution.Progress.IsTimedOut
            ? execution.IsBoundByAttempt
            : execution.Model.Profile.Timeout.AttemptTimeout is not null
                || !execution.Classifier.IsUnanswered(failure)
                || execution.Classifier.IsNamed(failure, options.Handle);
}
