namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to throw away.</summary>
public sealed record DiscardRequest
{
    /// <summary>The queue of dead letters.</summary>
    public required string Queue { get; init; }

    /// <summary>Which messages.</summary>
    public required DeadLetterQuery Select { get; init; }

    /// <summary>How many there must be. If there are more or fewer, nothing is removed. 1 or more.</summary>
    public required long ExpectedCount { get; init; }

    /// <summary>Gets the messages as JSON Lines before they are removed. Required unless <see cref="WithoutExport"/> is set.</summary>
    public Stream? Export { get; init; }

    /// <summary>Whether they may be removed without having been exported. Default: false.</summary>
    public bool WithoutExport { get; init; }

    /// <summary>As in <see cref="ReplayRequest.DespiteDeliveryLimit"/>.</summary>
    public bool DespiteDeliveryLimit { get; init; }

    /// <inheritdoc cref="DeadLetterScanOptions.AnyQueue"/>
    public bool AnyQueue { get; init; }
}

/// <summary>What was thrown away.</summary>
/// <param name="Queue">The queue of dead letters.</param>
/// <param name="Found">Messages that fit.</param>
/// <param name="Discarded">Messages removed: all that fit, or none.</param>
/// <param name="Exported">Messages written before.</param>
/// <param name="Problem">Why nothing was removed; null when it was.</param>
public sealed record DiscardReport(string Queue, long Found, long Discarded, long Exported, string? Problem);
