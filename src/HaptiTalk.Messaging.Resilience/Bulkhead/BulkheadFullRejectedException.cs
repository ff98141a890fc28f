namespace HaptiTalk.Messaging.Resilience;

/// <summary>All places of a service's bulkhead and of its queue are taken, or the wait in the queue was too long.</summary>
public sealed class BulkheadFullRejectedException : RejectedException
{
    internal BulkheadFullRejectedException(
        string service, string operation, int active, int queued, TimeSpan? waited, TimeSpan? retryAfter, bool remote = false)
        : base(Describe(Named(service, remote), operation, active, queued, waited, remote), service, operation, retryAfter, remote)
    {
        ActiveCalls = active;
        QueueLength = queued;
    }

    /// <summary>Calls that were running when this one was refused.</summary>
    public int ActiveCalls { get; }

    /// <summary>Calls that were waiting when this one was refused.</summary>
    public int QueueLength { get; }

    internal override FallbackReason FallbackReason => FallbackReason.BulkheadFull;

    private static string Describe(string service, string operation, int active, int queued, TimeSpan? waited, bool remote)
    {
        string load = remote ? string.Empty : $" ({active} running, {queued} waiting)";
        string why = waited is { } time ? $"no place became free within {time.TotalSeconds:0.###} s" : "all its places are taken";
        return $"Bulkhead of '{service}' is full{load}: '{operation}' was refused by {By(remote)} and did not run, because {why}. "
            + "Raise Bulkhead:MaxConcurrentCalls or Bulkhead:QueueCapacity if the service can take more.";
    }
}
