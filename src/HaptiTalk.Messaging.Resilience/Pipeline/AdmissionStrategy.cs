using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Lets a run through the bulkhead and then the circuit breaker, and tells both when it has ended. One strategy for the two: every
/// strategy that a call passes costs it. Either is null where a policy of the host's own stands between them.
/// </summary>
internal sealed class AdmissionStrategy(BulkheadPolicy? bulkhead, CircuitBreakerPolicy? breaker) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        return bulkhead is null || bulkhead.TryEnter(execution)
            ? RunAsync(execution, callback, context, callerState)
            : QueueAndRunAsync(bulkhead, execution, callback, context, callerState);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> QueueAndRunAsync<TResult, TState>(
        BulkheadPolicy bulkhead,
        Execution execution,
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
        ResilienceContext context,
        TState callerState) =>
        await bulkhead.QueueAsync(execution, context.CancellationToken).ConfigureAwait(false) is { } failure
            ? Outcome.FromException<TResult>(failure)
            : await RunAsync(execution, callback, context, callerState).ConfigureAwait(false);

    private ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Execution execution, Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        CircuitPermit? permit = null;
        ValueTask<Outcome<TResult>> run;
        try
        {
            if (breaker is not null && breaker.Enter(execution, out permit) is { } rejection)
                run = new(Outcome.FromException<TResult>(rejection));
            else
                run = callback(context, callerState);
        }
        catch
        {
            Abandon(execution, permit);
            throw;
        }

        return run.IsCompletedSuccessfully ? new(Leave(execution, permit, run.Result)) : LeaveAfterAsync(run, execution, permit);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> LeaveAfterAsync<TResult>(ValueTask<Outcome<TResult>> run, Execution execution, CircuitPermit? permit)
    {
        Outcome<TResult> outcome;
        try
        {
            outcome = await run.ConfigureAwait(false);
        }
        catch
        {
            Abandon(execution, permit);
            throw;
        }

        return Leave(execution, permit, outcome);
    }

    private Outcome<TResult> Leave<TResult>(Execution execution, CircuitPermit? permit, Outcome<TResult> outcome)
    {
        try
        {
            if (permit is not { } entered)
                return outcome;

            Exception? failure = breaker!.Leave(execution, entered, outcome.Exception);
            return ReferenceEquals(failure, outcome.Exception) ? outcome : Outcome.FromException<TResult>(failure!);
        }
        finally
        {
            // Also when a log or a metrics listener throws: a place that is not given back is lost for ever.
            bulkhead?.Leave(execution);
        }
    }

    private void Abandon(Execution execution, CircuitPermit? permit)
    {
        if (permit is { } entered)
            CircuitBreakerPolicy.Abandon(execution, entered);
        bulkhead?.Leave(execution);
    }
}
