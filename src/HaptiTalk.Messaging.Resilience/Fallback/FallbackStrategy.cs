using System.Globalization;
using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Lets a fallback stand in for a refusal at once, and for a failure once there have been enough of them.</summary>
internal sealed class FallbackStrategy(ServiceState state, TimeProvider clock) : ResilienceStrategy
{
    // A run that has used up its time still gives its fallback this long: the caller's bound allows 100 ms past the total.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private readonly TimeLimits _limits = new(clock);
    private readonly FallbackTelemetry _telemetry = new(state.Telemetry);

    /// <summary>The time a fallback has.</summary>
    public static TimeSpan TimeFor(Execution execution)
    {
        TimeSpan left = execution.Remaining;
        return left > Grace ? left : Grace;
    }

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        ValueTask<Outcome<TResult>> run = callback(context, callerState);
        if (!run.IsCompletedSuccessfully)
            return EndAsync(run, context);

        Outcome<TResult> outcome = run.Result;
        return outcome.Exception is null && !state.HasFailed ? new(outcome) : EndAsync(ValueTask.FromResult(outcome), context);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> EndAsync<TResult>(ValueTask<Outcome<TResult>> run, ResilienceContext context)
    {
        Outcome<TResult> outcome = await run.ConfigureAwait(false);
        if (outcome.Exception is null && !state.HasFailed)
            return outcome;

        Execution execution = Execution.Of(context);
        string key = execution.Plan.FallbackKey ?? execution.Operation.Name;
        if (execution.Plan.Fallbacks?.Find<TResult>(key) is not { } source)
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
            FailureKind.Rejected => execution.Classifier.RejectionIn(failure)!.FallbackReason,
            FailureKind.Timeout => FallbackReason.TimedOut,
            FailureKind.Failure or FailureKind.RemoteFailure => FallbackReason.Failed,
            _ => FallbackReason.None,
        };

        return reason is FallbackReason.TimedOut or FallbackReason.Failed && !state.FailuresOf(key).Record(execution.Model.Profile.Fallback, counts: !execution.Progress.IsLate)
            ? FallbackReason.None
            : reason;
    }

    private async ValueTask<Outcome<TResult>> FallBackAsync<TResult>(
        IFallbackSource<TResult> source, Execution execution, Exception failure, FallbackReason reason, string key)
    {
        TimeLimit limit = _limits.Begin(TimeFor(execution), execution.CallerToken);
        try
        {
            ValueTask<FallbackResult<TResult>?> pending = source.CreateAsync(execution, failure, reason, limit.Token);
            FallbackResult<TResult>? made = pending.IsCompletedSuccessfully
                ? pending.Result
                : await WithinTimeAsync(pending.AsTask(), limit.Token).ConfigureAwait(false);
            if (made is not { } standIn)
                return Outcome.FromException<TResult>(failure);

            execution.Progress.FallbackReason = reason;
            _telemetry.Used(execution, key, reason, standIn.Age);
            return Outcome.FromResult(standIn.Result);
        }
        catch (Exception thrown)
        {
            Exception fallbackFailure = IsOver(limit, thrown)
                ? new TimeoutException(string.Create(
                    CultureInfo.InvariantCulture, $"The fallback '{key}' of '{state.Service}' did not end within {limit.Time.TotalSeconds:0.###} s, so it was given up."))
                : thrown;
            FallbackTelemetry.Failed(execution, key, fallbackFailure);
            FallbackFailure.AttachTo(failure, fallbackFailure);
            return Outcome.FromException<TResult>(failure);
        }
        finally
        {
            _limits.End(limit);
        }
    }

    // Its own token may have ended it, or it never looked at it: both are one to whoever waits.
    private static bool IsOver(in TimeLimit limit, Exception failure) =>
        failure is OperationCanceledException && limit.Token.IsCancellationRequested && !limit.Caller.IsCancellationRequested;

    private static Task<TResult> WithinTimeAsync<TResult>(Task<TResult> pending, CancellationToken cancellationToken)
    {
        Orphan.Observe(pending);
        return pending.WaitAsync(cancellationToken);
    }
}
