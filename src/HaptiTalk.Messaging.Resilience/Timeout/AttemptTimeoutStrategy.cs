using System.Runtime.CompilerServices;
using Polly;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Ends an attempt when its time is over, directly around the work. Polly's timeout then writes down the whole call stack, line
/// numbers included: that takes longer than all else in a run, and when a service stops answering, many run out of time at once.
/// </summary>
internal sealed class AttemptTimeoutStrategy(TimeProvider clock) : ResilienceStrategy
{
    private readonly TimeoutSources _sources = new(clock);

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        TimeSpan timeout = TimeoutPipeline.AttemptTimeoutOf(execution);
        CancellationTokenSource source = _sources.Rent(timeout);
        var bound = new Bound(
            execution,
            timeout,
            source,
            context.CancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), source),
            context.CancellationToken);
        execution.AttemptToken = source.Token;
        ValueTask<Outcome<TResult>> attempt;
        try
        {
            attempt = callback(context, callerState);
        }
        catch (Exception failure)
        {
            return new(End(bound, Outcome.FromException<TResult>(failure)));
        }

        return attempt.IsCompletedSuccessfully ? new(End(bound, attempt.Result)) : EndAsync(attempt, bound);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> EndAsync<TResult>(ValueTask<Outcome<TResult>> attempt, Bound bound)
    {
        Outcome<TResult> outcome;
        try
        {
            outcome = await attempt.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            outcome = Outcome.FromException<TResult>(failure);
        }

        return End(bound, outcome);
    }

    private Outcome<TResult> End<TResult>(Bound bound, Outcome<TResult> outcome)
    {
        bool isOver = bound.Source.IsCancellationRequested;

        // Where the link cannot be undone the caller is cancelling just now: nobody else may have that source.
        if (!bound.Caller.CanBeCanceled || bound.Link.Unregister())
            _sources.Return(bound.Source);
        if (!isOver || outcome.Exception is not OperationCanceledException cancelled || bound.Caller.IsCancellationRequested)
            return outcome;

        // The work may run pipelines of its own, whose timeouts throw the same exception.
        bound.Execution.IsTimedOut = true;
        return Outcome.FromException<TResult>(new TimeoutRejectedException(
            $"The operation didn't complete within the allowed timeout of '{bound.Timeout}'.", bound.Timeout, cancelled));
    }

    private readonly record struct Bound(
        Execution Execution, TimeSpan Timeout, CancellationTokenSource Source, CancellationTokenRegistration Link, CancellationToken Caller);
}
