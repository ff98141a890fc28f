using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Makes a text from outside safe to show beside other text. It must not break a line of the log, reverse the text around it, or
/// hide in it.
/// </summary>
internal static class OneLine
{
    public const string Rule = "has a line break or another character that cannot be seen; one line is allowed.";

    // Words of some scripts, and some emoji, are written with these.
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>Whether everything in a text can be seen.</summary>
    public static bool IsPlain(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsSeen(rune))
                return false;
        }

        return true;
    }

    /// <summary>The text with a question mark for each character that cannot be seen.</summary>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest && IsPlain(text))
            return text;

        var line = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            string written = IsSeen(rune) ? rune.ToString() : "?";
            if (line.Length + written.Length > longest)
                break;
            line.Append(written);
        }

        return line.ToString();
    }

    // Half a surrogate pair is read as the replacement character.
    private static bool IsSeen(Rune rune) => rune != Rune.ReplacementChar
        && (rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner
            || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator));
}
