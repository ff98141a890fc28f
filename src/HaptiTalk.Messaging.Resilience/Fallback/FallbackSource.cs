namespace HaptiTalk.Messaging.Resilience;

/// <summary>What stands in for a result.</summary>
public enum FallbackSource
{
    /// <summary>What was registered with <c>AddFallback</c> or <c>RegisterFallback</c>.</summary>
    Registered,

    /// <summary>The last real reply to the same request; where there is none, or it is too old, what was registered. For requests that this process sends.</summary>
    LastGoodReply,
}
