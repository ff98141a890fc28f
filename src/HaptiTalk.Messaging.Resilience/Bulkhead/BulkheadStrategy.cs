using System.Runtime.CompilerServices;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Takes a place before the work runs and gives it back when the work has really ended.</summary>
internal sealed class BulkheadStrategy(ServiceState state) : ResilienceStrategy
{
    protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        Execution execution = Execution.Of(context);
        return state.Bulkhead.TryEnter()
            ? RunAsync(execution, callback, context, callerState)
            : QueueAndRunAsync(execution, callback, context, callerState);
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> QueueAndRunAsync<TResult, TState>(
        Execution execution, Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState) =>
        await QueueAsync(execution, context.CancellationToken).ConfigureAwait(false) is { } failure
            ? Outcome.FromException<TResult>(failure)
            : await RunAsync(execution, callback, context, callerState).ConfigureAwait(false);

    private ValueTask<Outcome<TResult>> RunAsync<TResult, TState>(
        Execution execution, Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState callerState)
    {
        execution.Admitted();
        ValueTask<Outcome<TResult>> run;
        try
        {
            run = callback(context, callerState);
        }
        catch
        {
            Leave(execution);
            throw;
        }

        if (!run.IsCompletedSuccessfully)
            return LeaveAfterAsync(run, execution);

        Leave(execution);
        return run;
    }

    [AsyncMethodBuilder(typeof(RecyclingAsyncMethodBuilder<>))]
    private async ValueTask<Outcome<TResult>> LeaveAfterAsync<TResult>(ValueTask<Outcome<TResult>> run, Execution execution)
    {
        try
        {
            return await run.ConfigureAwait(false);
        }
        finally
        {
            Leave(execution);
        }
    }

    // Also when a log or a metrics listener throws: a place that is not given back is lost for ever.
    private void Leave(Execution execution)
    {
        if (execution.Straggler is { IsCompleted: false } straggler)
            LeaveWith(straggler);
        else
            state.Bulkhead.Exit();
    }

    /// <returns>Why there is no place; null when there is one.</returns>
    private async ValueTask<Exception?> QueueAsync(Execution execution, CancellationToken cancellationToken)
    {
        try
        {
            execution.HasWaited = true;
            TimeSpan patience = PatienceOf(execution);
            ValueTask<BulkheadEntry> entering = state.Bulkhead.EnterAsync(
                patience, refusable: execution.Patience == Patience.Bounded, cancellationToken);
            if (!entering.IsCompleted)
                state.Telemetry.Queued(execution, state.Bulkhead.QueueLength);
            BulkheadEntry entry = await entering.ConfigureAwait(false);
            if (entry == BulkheadEntry.Entered)
                execution.RecordedSpan?.Admitted();
            return entry == BulkheadEntry.Entered ? null : Reject(execution, entry == BulkheadEntry.WaitedTooLong ? patience : null);
        }
        catch (OperationCanceledException cancelled)
        {
            return cancelled;
        }
    }

    private static TimeSpan PatienceOf(Execution execution)
    {
        if (execution.Patience == Patience.Unlimited)
            return System.Threading.Timeout.InfiniteTimeSpan;

        TimeSpan remaining = execution.Remaining > TimeSpan.Zero ? execution.Remaining : TimeSpan.Zero;
        TimeSpan timeout = execution.Model.Profile.Bulkhead.Timeout;
        return execution.Patience == Patience.Bounded && timeout < remaining ? timeout : remaining;
    }

    private BulkheadFullRejectedException Reject(Execution execution, TimeSpan? waited)
    {
        var rejection = new BulkheadFullRejectedException(
            execution.Operation.Service,
            execution.Operation.Name,
            state.Bulkhead.ActiveCalls,
            state.Bulkhead.QueueLength,
            waited,
            retryAfter: execution.Model.Profile.Retry.InitialDelay);
        execution.Rejection = rejection;
        state.Telemetry.BulkheadRejected(execution, rejection.RetryAfter);
        return rejection;
    }

    private void LeaveWith(Task straggler) => _ = straggler.ContinueWith(
        static (_, bulkhead) => ((Bulkhead)bulkhead!).Exit(),
        state.Bulkhead,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
