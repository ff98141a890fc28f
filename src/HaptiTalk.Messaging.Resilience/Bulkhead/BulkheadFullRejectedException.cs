using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>All places of a service's bulkhead and of its queue are taken, or the wait in the queue was too long.</summary>
public sealed class BulkheadFullRejectedException : RejectedException
{
    /// <summary>A refusal as the framework throws it, to be thrown by a test in its place.</summary>
    /// <param name="service">The profile whose bulkhead refuses.</param>
    /// <param name="operation">What was to be run.</param>
    /// <param name="activeCalls">Calls that are running.</param>
    /// <param name="queueLength">Calls that are waiting.</param>
    /// <param name="waited">How long this one waited for a place; null where it was refused at once.</param>
    /// <param name="retryAfter">The earliest time, from now, at which another try can be admitted.</param>
    /// <param name="isRemote">The called service refuses, and not this process.</param>
    public BulkheadFullRejectedException(
        string service,
        string operation,
        int activeCalls = 0,
        int queueLength = 0,
        TimeSpan? waited = null,
        TimeSpan? retryAfter = null,
        bool isRemote = false)
        : base(Describe(Named(service, isRemote), operation, activeCalls, queueLength, waited, isRemote), service, operation, retryAfter, isRemote)
    {
        ActiveCalls = activeCalls;
        QueueLength = queueLength;
    }

    /// <summary>Calls that were running when this one was refused.</summary>
    public int ActiveCalls { get; }

    /// <summary>Calls that were waiting when this one was refused.</summary>
    public int QueueLength { get; }

    internal override FallbackReason FallbackReason => FallbackReason.BulkheadFull;

    private static string Describe(string service, string operation, int active, int queued, TimeSpan? waited, bool remote)
    {
        string load = remote ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" ({active} running, {queued} waiting)");
        string why = waited is { } time ? string.Create(
            CultureInfo.InvariantCulture, $"no place became free within {time.TotalSeconds:0.###} s") : "all its places are taken";
        return $"Bulkhead of '{service}' is full{load}: '{operation}' was refused by {By(remote)} and did not run, because {why}. "
            + "Raise Bulkhead:MaxConcurrentCalls or Bulkhead:QueueCapacity if the service can take more.";
    }
}
