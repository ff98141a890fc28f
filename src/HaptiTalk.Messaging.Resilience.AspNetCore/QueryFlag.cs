namespace HaptiTalk.Messaging.Resilience;

/// <summary>A flag in the address. Without a value it is false.</summary>
internal static class QueryFlag
{
    public const string Rule = "is neither true nor false.";

    public static bool TryRead(string? written, out bool value)
    {
        value = false;
        return written is null || bool.TryParse(written, out value);
    }
}
