namespace HaptiTalk.Messaging.Resilience;

/// <summary>Executions that have ended and may be used again, so that a call allocates none.</summary>
internal sealed class ExecutionPool(FailureClassifier classifier, TimeProvider clock)
{
    private readonly Spares<Execution> _ended = new();

    public Execution Rent(OperationState operation, TimeSpan total, CancellationToken callerToken)
    {
        if (!_ended.TryTake(out Execution? execution))
            return new Execution(operation, classifier, total, clock, callerToken);

        execution.Begin(operation, total, callerToken);
        return execution;
    }

    /// <summary>Takes it back if nothing can still use it: it went well, and nothing it began goes on.</summary>
    public void ReturnUnused(Execution execution)
    {
        // A policy of the host's own may have left something running, and a fallback that was given up goes on.
        if (execution is { Straggler: null, FallbackReason: FallbackReason.None } && !execution.State.HasCustomPolicies)
            Return(execution);
    }

    /// <summary>Takes back what nobody uses any longer.</summary>
    public void Return(Execution execution)
    {
        execution.Forget();
        _ended.TryKeep(execution);
    }
}
