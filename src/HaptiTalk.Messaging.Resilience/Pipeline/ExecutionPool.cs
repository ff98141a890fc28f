using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Executions that have ended and may be used again, so that a call allocates nothing.</summary>
internal sealed class ExecutionPool(FailureClassifier classifier, TimeProvider clock)
{
    private const int MaxKept = 128;

    private readonly ConcurrentQueue<Execution> _ended = new();
    private Execution? _latest;
    private int _kept;

    public Execution Rent(OperationState operation, TimeSpan total, CancellationToken callerToken)
    {
        if (Interlocked.Exchange(ref _latest, null) is not { } execution)
        {
            if (!_ended.TryDequeue(out execution))
                return new Execution(operation, classifier, total, clock, callerToken);
            Interlocked.Decrement(ref _kept);
        }

        execution.Begin(operation, total, callerToken);
        return execution;
    }

    /// <summary>Takes it back if nothing can still use it: it went well, and nothing it began goes on.</summary>
    public void ReturnUnused(Execution execution)
    {
        // A policy of the host's own may have left something running, and a fallback that was given up goes on.
        if (execution is { Straggler: null, FallbackReason: FallbackReason.None } && !execution.Operation.State.HasCustomPolicies)
            Return(execution);
    }

    /// <summary>Takes back what nobody uses any longer.</summary>
    public void Return(Execution execution)
    {
        execution.Forget();
        if (Interlocked.CompareExchange(ref _latest, execution, null) is null)
            return;

        if (Interlocked.Increment(ref _kept) <= MaxKept)
            _ended.Enqueue(execution);
        else
            Interlocked.Decrement(ref _kept);
    }
}
