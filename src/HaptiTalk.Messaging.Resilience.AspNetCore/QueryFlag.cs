namespace HaptiTalk.Messaging.Resilience;

/// <summary>A yes or no in the address; not there means no.</summary>
internal static class QueryFlag
{
    public const string Rule = "is neither true nor false.";

    public static bool TryRead(string? written, out bool value)
    {
        value = false;
        return written is null || bool.TryParse(written, out value);
    }
}
