using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Repeats what failed, as often and after such waits as the run's own settings say. Polly's retry, in a pipeline for any result,
/// boxes every result that is a value.
/// </summary>
internal sealed class RetryStrategy(ServiceState state, TimeProvider clock) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        state.RetryBudget?.Called(Execution.Of(context).Model.Profile.Retry);
        ValueTask<Outcome<TResult>> first = callback(context, callerState);
        if (!first.IsCompletedSuccessfully)
            return RepeatAsync(first, callback, context, callerState);

        Outcome<TResult> outcome = first.Result;
        return outcome.Exception is null ? new(outcome) : RepeatAsync(ValueTask.FromResult(outcome), callback, context, callerState);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> RepeatAsync<TResult, TState>(
        ValueTask<Outcome<TResult>> attempt,
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState callerState)
    {
        for (int retry = 0; ; retry++)
        {
            Outcome<TResult> outcome = await attempt.ConfigureAwait(false);
            if (outcome.Exception is not { } failure)
                return outcome;

            Execution execution = Execution.Of(context);
            execution.Failed(failure);
            if (context.CancellationToken.IsCancellationRequested || !RetryDecision.ShouldRetry(execution, failure, retry) || !TrySpend(execution))
                return TotalTimeoutStrategy.Report(state, context, outcome);

            state.Telemetry.Retrying(execution, retry + 1, execution.RetryDelay, failure);
            try
            {
                await Task.Delay(execution.RetryDelay, clock, context.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled)
            {
                return Outcome.FromException<TResult>(cancelled);
            }

            attempt = callback(context, callerState);
        }
    }

    private bool TrySpend(Execution execution)
    {
        if (state.RetryBudget is not { } budget || budget.TrySpend(execution.Model.Profile.Retry))
            return true;

        state.Telemetry.RetryBudgetExhausted(execution);
        return false;
    }
}
