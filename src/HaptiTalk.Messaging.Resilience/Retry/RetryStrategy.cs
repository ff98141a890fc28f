using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Repeats what failed, as often and after such waits as the run's own settings say, and bounds each attempt unless a policy of the
/// host's own stands between the two. Polly's retry, in a pipeline for any result, boxes every result that is a value.
/// </summary>
internal sealed class RetryStrategy(ServiceState state, AttemptTimeoutPolicy? timeout, TimeProvider clock) : ResilienceStrategy
{
    private readonly RetryTelemetry _telemetry = new(state.Telemetry);
    private readonly TimeoutTelemetry _timeouts = new(state.Telemetry);

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        state.RetryBudget?.Called(execution.Model.Profile.Retry);
        ValueTask<Outcome<TResult>> first = BeginAttempt(execution, callback, context, callerState, out TimeLimit limit);
        if (!first.IsCompletedSuccessfully)
            return RepeatAsync(first, limit, execution, callback, context, callerState);

        Outcome<TResult> outcome = first.Result;
        if (outcome.Exception is not null)
            return RepeatAsync(ValueTask.FromResult(outcome), limit, execution, callback, context, callerState);

        timeout?.End(execution, limit, failure: null);
        return new(outcome);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> RepeatAsync<TResult, TState>(
        ValueTask<Outcome<TResult>> attempt,
        TimeLimit limit,
        Execution execution,
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState callerState)
    {
        for (int retry = 0; ; retry++)
        {
            Outcome<TResult> outcome;
            try
            {
                outcome = await attempt.ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                outcome = Outcome.FromException<TResult>(thrown);
            }

            outcome = EndAttempt(execution, limit, outcome);
            if (outcome.Exception is not { } failure)
                return outcome;

            execution.Failed(failure);
            if (context.CancellationToken.IsCancellationRequested || !RetryDecision.ShouldRetry(execution, failure, retry, out TimeSpan delay) || !TrySpend(execution))
                return TotalTimeoutStrategy.Report(_timeouts, context, outcome);

            _telemetry.Retrying(execution, retry + 1, delay, failure);
            try
            {
                await Task.Delay(delay, clock, context.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException cancelled)
            {
                return Outcome.FromException<TResult>(cancelled);
            }

            attempt = BeginAttempt(execution, callback, context, callerState, out limit);
        }
    }

    private ValueTask<Outcome<TResult>> BeginAttempt<TResult, TState>(
        Execution execution,
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState callerState,
        out TimeLimit limit)
    {
        limit = timeout?.Begin(execution, context.CancellationToken) ?? default;
        try
        {
            return callback(context, callerState);
        }
        catch (Exception failure)
        {
            return new(Outcome.FromException<TResult>(failure));
        }
    }

    private Outcome<TResult> EndAttempt<TResult>(Execution execution, TimeLimit limit, Outcome<TResult> outcome)
    {
        if (timeout is null)
            return outcome;

        Exception? failure = timeout.End(execution, limit, outcome.Exception);
        return ReferenceEquals(failure, outcome.Exception) ? outcome : Outcome.FromException<TResult>(failure!);
    }

    private bool TrySpend(Execution execution)
    {
        if (state.RetryBudget is not { } budget || budget.TrySpend(execution.Model.Profile.Retry))
            return true;

        _telemetry.BudgetExhausted(execution);
        return false;
    }
}
