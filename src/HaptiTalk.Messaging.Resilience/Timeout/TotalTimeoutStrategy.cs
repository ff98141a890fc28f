using System.Runtime.CompilerServices;
using Polly;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns what Polly's timeouts throw into an exception that says which service, how long and how often.</summary>
internal sealed class TotalTimeoutStrategy(ServiceState state) : ResilienceStrategy
{
    private readonly TimeoutTelemetry _telemetry = new(state.Telemetry);

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Outcome<TResult> outcome = await callback(context, callerState).ConfigureAwait(false);
        return Report(_telemetry, context, outcome);
    }

    /// <summary>The outcome as the caller is to see it.</summary>
    public static Outcome<TResult> Report<TResult>(TimeoutTelemetry telemetry, ResilienceContext context, Outcome<TResult> outcome)
    {
        if (outcome.Exception is not TimeoutRejectedException)
            return outcome;

        Execution execution = Execution.Of(context);
        if (!execution.Progress.IsTimedOut)
            return outcome;

        execution.Progress.IsLate = execution.State.Pauses.Cover(execution.Progress.AttemptEnd, overdue: execution.Elapsed - execution.Progress.AttemptEnd);
        telemetry.TimedOut(execution);
        return Outcome.FromException<TResult>(execution.Classifier.TimeoutOf(new(execution)));
    }
}
