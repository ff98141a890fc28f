namespace HaptiTalk.Messaging.Resilience;

/// <summary>Why somebody changes something, for the log and the audit.</summary>
internal static class Reason
{
    public const string Name = "reason";
    public const string Description = "Why, in one line of at most 500 characters.";

    private const int Longest = 500;

    /// <summary>Says what is wrong with a reason; null when nothing is.</summary>
    public static string? ProblemOf(string? reason) =>
        reason is null ? null
        : reason.Length > Longest ? $"is {reason.Length} characters long; allowed: {Longest}."
        : OneLine.IsPlain(reason) ? null
        : OneLine.Rule;
}
