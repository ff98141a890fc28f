using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Ends an attempt when its time is over, directly around the work. Polly's timeout then writes down the whole call stack, line
/// numbers included: that takes longer than all else in a run, and when a service stops answering, many run out of time at once.
/// </summary>
internal sealed class AttemptTimeoutPolicy(TimeProvider clock)
{
    private readonly TimeoutSources _sources = new(clock);

    /// <summary>From now on the attempt's time runs.</summary>
    public AttemptBound Begin(Execution execution, CancellationToken caller)
    {
        TimeSpan timeout = TimeoutPipeline.AttemptTimeoutOf(execution);
        CancellationTokenSource source = _sources.Rent(timeout);
        execution.AttemptToken = source.Token;
        return new(
            timeout, source, caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source), caller);
    }

    /// <summary>The attempt has ended.</summary>
    /// <returns>Its failure, which is a timeout when its time was over.</returns>
    public Exception? End(Execution execution, AttemptBound bound, Exception? failure)
    {
        bool isOver = bound.Source.IsCancellationRequested;

        // Where the link cannot be undone the caller is cancelling just now: nobody else may have that source.
        if (!bound.Caller.CanBeCanceled || bound.Link.Unregister())
            _sources.Return(bound.Source);
        if (!isOver || failure is not OperationCanceledException cancelled || bound.Caller.IsCancellationRequested)
            return failure;

        // The work may run pipelines of its own, whose timeouts throw the same exception.
        execution.IsTimedOut = true;
        return new TimeoutRejectedException(
            $"The operation didn't complete within the allowed timeout of '{bound.Timeout}'.", bound.Timeout, cancelled);
    }
}

/// <summary>The time of one attempt, that ends it.</summary>
internal readonly record struct AttemptBound(
    TimeSpan Timeout, CancellationTokenSource Source, CancellationTokenRegistration Link, CancellationToken Caller);
