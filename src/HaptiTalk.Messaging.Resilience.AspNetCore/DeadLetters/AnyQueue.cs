namespace HaptiTalk.Messaging.Resilience;

/// <summary>Says that a queue is meant which does not look like one of dead letters, or is consumed.</summary>
internal static class AnyQueue
{
    public const string Name = "anyQueue";
    public const string Description = "true takes a queue that is consumed or holds no dead letters as well, whose consumers go without meanwhile; false by default.";

    public static bool Read(string? written, FieldErrors errors)
    {
        if (!QueryFlag.TryRead(written, out bool isAny))
            errors.Add(Name, QueryFlag.Rule);
        return isAny;
    }
}
