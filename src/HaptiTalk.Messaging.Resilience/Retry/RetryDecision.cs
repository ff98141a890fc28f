namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether a failed attempt is repeated, and after what wait.</summary>
internal static class RetryDecision
{
    public static bool ShouldRetry(Execution execution, Exception failure, int retry)
    {
        RetryOptions options = execution.Model.Profile.Retry;
        if (retry >= options.MaxRetries || execution.IsOneShot || execution.Straggler is not null || !IsRetryable(execution, failure, options))
            return false;

        TimeSpan delay = (failure as RejectedException)?.RetryAfter ?? RetryDelay.Compute(options, retry, Random.Shared.NextDouble());

        // A repeat that could not end before the caller gives up is work for nobody.
        if (delay >= execution.Remaining)
            return false;

        execution.RetryDelay = delay;
        return true;
    }

    private static bool IsRetryable(Execution execution, Exception failure, RetryOptions options)
    {
        if (Names(options.Ignore, failure))
            return false;

        return execution.Classify(failure) switch
        {
            FailureKind.Failure or FailureKind.Timeout => true,
            FailureKind.Rejected => ((RejectedException)failure).RetryAfter is not null,
            FailureKind.Cancelled => false,
            _ => Names(options.Handle, failure),
        };
    }

    private static bool Names(IReadOnlyList<string> names, Exception failure)
    {
        for (int i = 0; i < names.Count; i++)
        {
            for (Type? type = failure.GetType(); type is not null; type = type.BaseType)
            {
                if (string.Equals(names[i], type.Name, StringComparison.Ordinal) || string.Equals(names[i], type.FullName, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }
}
