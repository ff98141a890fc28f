using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads what another process wrote, which may be anything.</summary>
internal static class WireText
{
    // Longer than any name that a profile has in earnest.
    private const int LongestName = 200;

    /// <summary>Fit for a message or a log: without control characters and such as change the direction of what follows.</summary>
    public static string Printable(string text) => string.Create(Math.Min(text.Length, LongestName), text, static (printable, text) =>
    {
        for (int i = 0; i < printable.Length; i++)
        {
            printable[i] = char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? '?'
                : text[i];
        }
    });

    /// <summary>A reason by its name; <see cref="FallbackReason.None"/> for all else, numbers among it.</summary>
    public static FallbackReason Reason(object? value) =>
        value?.ToString() is { } text
        && Enum.TryParse(text, out FallbackReason reason)
        && string.Equals(text, Enum.GetName(reason), StringComparison.Ordinal)
            ? reason
            : FallbackReason.None;
}
