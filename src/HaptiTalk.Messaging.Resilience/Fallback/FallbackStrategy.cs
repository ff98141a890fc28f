using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets a registered fallback stand in for a refusal at once, and for a failure once there have been enough of them.</summary>
internal sealed class FallbackStrategy(ServiceState state, TimeProvider clock) : ResilienceStrategy
{
    // A run that has used up its time still gives its fallback this long: the caller's bound allows 100 ms past the total.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        ValueTask<Outcome<TResult>> run = callback(context, callerState);
        if (!run.IsCompletedSuccessfully)
            return EndAsync(run, context);

        Outcome<TResult> outcome = run.Result;
        return outcome.Exception is null && !state.HasFailed ? new(outcome) : EndAsync(ValueTask.FromResult(outcome), context);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> EndAsync<TResult>(ValueTask<Outcome<TResult>> run, ResilienceContext context)
    {
        Outcome<TResult> outcome = await run.ConfigureAwait(false);
        if (outcome.Exception is null && !state.HasFailed)
            return outcome;

        Execution execution = Execution.Of(context);
        string key = execution.FallbackKey ?? execution.Operation.Name;
        if (execution.FallbackFor<TResult>(key) is not { } source)
            return outcome;

        if (outcome.Exception is not { } failure)
        {
            state.FailuresOf(key).Clear();
            return outcome;
        }

        FallbackReason reason = Decide(execution, failure, key);
        return reason == FallbackReason.None
            ? outcome
            : await FallBackAsync(source, execution, failure, reason, key).ConfigureAwait(false);
    }

    private FallbackReason Decide(Execution execution, Exception failure, string key)
    {
        FallbackReason reason = execution.Classify(failure) switch
        {
            FailureKind.Rejected => ((RejectedException)failure).FallbackReason,
            FailureKind.Timeout => FallbackReason.TimedOut,
            FailureKind.Failure or FailureKind.RemoteFailure => FallbackReason.Failed,
            _ => FallbackReason.None,
        };

        return reason is FallbackReason.TimedOut or FallbackReason.Failed && !state.FailuresOf(key).Record(execution.Model.Profile.Fallback)
            ? FallbackReason.None
            : reason;
    }

    private async ValueTask<Outcome<TResult>> FallBackAsync<TResult>(
        IFallbackSource<TResult> source, Execution execution, Exception failure, FallbackReason reason, string key)
    {
        try
        {
            ValueTask<TResult> pending = source.CreateAsync(failure, reason, execution.CallerToken);
            TResult result = pending.IsCompletedSuccessfully
                ? pending.Result
                : await WithinTimeAsync(pending.AsTask(), execution).ConfigureAwait(false);
            execution.FallbackReason = reason;
            state.Telemetry.FellBack(execution, key, reason);
            return Outcome.FromResult(result);
        }
        catch (Exception fallbackFailure)
        {
            state.Telemetry.FallbackFailed(execution, key, fallbackFailure);
            FallbackFailure.AttachTo(failure, fallbackFailure);
            return Outcome.FromException<TResult>(failure);
        }
    }

    private Task<TResult> WithinTimeAsync<TResult>(Task<TResult> pending, Execution execution)
    {
        TimeSpan left = execution.Remaining;
        Orphan.Observe(pending);
        return pending.WaitAsync(left > Grace ? left : Grace, clock, execution.CallerToken);
    }
}
