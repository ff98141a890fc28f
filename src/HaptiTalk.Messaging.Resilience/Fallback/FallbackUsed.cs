namespace HaptiTalk.Messaging.Resilience;

/// <summary>A fallback stood in for a result.</summary>
public sealed record FallbackUsed : ServiceEvent
{
    /// <summary>The fallback's key.</summary>
    public required string FallbackKey { get; init; }

    /// <summary>Why.</summary>
    public required FallbackReason Reason { get; init; }

    /// <summary>How old it is, where it is a last good reply; null where it was made for the occasion.</summary>
    public TimeSpan? Age { get; init; }
}
