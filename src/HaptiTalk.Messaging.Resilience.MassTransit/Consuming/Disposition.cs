namespace HaptiTalk.Messaging.Resilience;

/// <summary>The fate of a delivery.</summary>
internal enum Disposition
{
    /// <summary>Consumed.</summary>
    Completed,

    /// <summary>Answered by a fallback.</summary>
    FallbackUsed,
}
