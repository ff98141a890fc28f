using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What another process has written, fit for a line of a log: it may have been anybody.</summary>
internal static class RemoteText
{
    private const int Longest = 200;

    /// <summary>At most 200 characters, with <c>?</c> for each that ends or turns a line or is half a character.</summary>
    public static string Clean(string text) => string.Create(
        Math.Min(text.Length, Longest),
        text,
        static (clean, text) =>
        {
            for (int at = 0; at < clean.Length; at++)
                clean[at] = IsHarmless(char.GetUnicodeCategory(text[at])) ? text[at] : '?';
        });

    private static bool IsHarmless(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
}
