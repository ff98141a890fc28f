namespace HaptiTalk.Messaging.Resilience;

/// <summary>A call waits for a place.</summary>
public sealed record Queued : ServiceEvent
{
    /// <summary>Calls that wait, this one counted.</summary>
    public required int QueueLength { get; init; }
}

/// <summary>A bulkhead got other limits while the process runs.</summary>
public sealed record BulkheadResized : ServiceEvent
{
    /// <summary>Calls that run at once, from now on.</summary>
    public required int MaxConcurrentCalls { get; init; }

    /// <summary>Calls that may wait, from now on.</summary>
    public required int QueueCapacity { get; init; }
}
