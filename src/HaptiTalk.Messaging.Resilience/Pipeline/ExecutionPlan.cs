namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What the caller knows of a run before it begins.</summary>
/// <param name="Operation">What it is called, and whose settings apply.</param>
/// <param name="CancellationToken">Tells that the caller has given up.</param>
public readonly record struct ExecutionPlan(OperationState Operation, CancellationToken CancellationToken)
{
    /// <summary>The bound of the whole run that was given with the call; null for the profile's.</summary>
    public TimeSpan? CallTimeout { get; init; }

    /// <summary>The deadline of the work that the run is part of; null where it is part of none.</summary>
    public OuterDeadline? Outer { get; init; }

    /// <summary>How the run queues at a full bulkhead.</summary>
    public Queueing Queueing { get; init; }

    /// <summary>The work can be begun only once: it is never repeated.</summary>
    public bool IsOneShot { get; init; }

    /// <summary>What the run depends on, where that has a total of its own.</summary>
    public string? Dependency { get; init; }

    /// <summary>What the run's fallback is called; null for the operation's name.</summary>
    public string? FallbackKey { get; init; }

    /// <summary>Where the run's fallback is found; null where there is none.</summary>
    public IFallbacks? Fallbacks { get; init; }

    /// <summary>The message that is consumed; null where none is.</summary>
    public Guid? MessageId { get; init; }
}
