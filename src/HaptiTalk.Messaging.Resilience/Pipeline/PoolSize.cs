namespace HaptiTalk.Messaging.Resilience;

/// <summary>How many unused objects a pool keeps.</summary>
internal static class PoolSize
{
    /// <summary>Of what a call needs one of: so many calls at the same time allocate none.</summary>
    public const int Calls = 128;
}
