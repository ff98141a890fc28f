namespace HaptiTalk.Messaging.Resilience;

/// <summary>Takes a place before the work runs and gives it back when the work has really ended.</summary>
internal sealed class BulkheadPolicy(ServiceState state)
{
    private readonly BulkheadTelemetry _telemetry = new(state.Telemetry);

    /// <summary>Takes a place where one is free and nobody waits for it.</summary>
    public bool TryEnter(Execution execution)
    {
        if (!state.Bulkhead.TryEnter())
            return false;

        execution.Admitted();
        return true;
    }

    /// <summary>Waits for a place.</summary>
    /// <returns>Why there is none; null when there is one.</returns>
    public async ValueTask<Exception?> QueueAsync(Execution execution, CancellationToken cancellationToken)
    {
        try
        {
            execution.Progress.HasWaited = true;
            TimeSpan longest = LongestWaitOf(execution);
            ValueTask<BulkheadEntry> entering = state.Bulkhead.EnterAsync(
                longest, refusable: execution.Plan.Queueing == Queueing.Bounded, cancellationToken);
            if (!entering.IsCompleted)
                _telemetry.Queued(execution, state.Bulkhead.QueueLength);
            BulkheadEntry entry = await entering.ConfigureAwait(false);
            if (entry != BulkheadEntry.Entered)
                return Reject(execution, entry == BulkheadEntry.WaitedTooLong ? longest : null);

            execution.Admitted();
            // After it: the time of what nobody waits for has begun only now.
            execution.Progress.Waited = execution.Elapsed;
            execution.RecordedSpan?.Admitted();
            return null;
        }
        catch (OperationCanceledException cancelled)
        {
            return cancelled;
        }
    }

    public void Leave(Execution execution)
    {
        if (execution.Progress.Straggler is { IsCompleted: false } straggler)
            LeaveWith(straggler);
        else
            state.Bulkhead.Exit();
    }

    private static TimeSpan LongestWaitOf(Execution execution)
    {
        if (execution.Plan.Queueing == Queueing.Unbounded)
            return System.Threading.Timeout.InfiniteTimeSpan;

        TimeSpan remaining = execution.Remaining > TimeSpan.Zero ? execution.Remaining : TimeSpan.Zero;
        TimeSpan timeout = execution.Model.Profile.Bulkhead.Timeout;
        return execution.Plan.Queueing == Queueing.Bounded && timeout < remaining ? timeout : remaining;
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
        execution.Progress.Rejection = rejection;
        _telemetry.Rejected(execution, rejection.RetryAfter);
        return rejection;
    }

    private void LeaveWith(Task straggler) => _ = straggler.ContinueWith(
        static (_, bulkhead) => ((Bulkhead)bulkhead!).Exit(),
        state.Bulkhead,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
