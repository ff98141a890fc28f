namespace HaptiTalk.Messaging.Resilience;

/// <summary>Allows a queue that has consumers, or that does not look like one of dead letters.</summary>
internal static class AnyQueue
{
    public const string Name = "anyQueue";
    public const string Description = "true allows a queue that has consumers or does not look like one of dead letters; its consumers get no message meanwhile; false by default.";

    public static bool Read(string? written, FieldErrors errors)
    {
        if (!QueryFlag.TryRead(written, out bool isAny))
            errors.Add(Name, QueryFlag.Rule);
        return isAny;
    }
}
