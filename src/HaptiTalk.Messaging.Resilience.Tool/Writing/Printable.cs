using System.Globalization;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>
/// Makes text from outside safe for a terminal. Control characters are written as escapes such as <c>\u001b</c>, and so are characters
/// that change the direction of text.
/// </summary>
internal static class Printable
{
    private const int ZeroWidthJoiner = 0x200D;
    private const string Tab = "    ";

    /// <summary>On one line.</summary>
    public static string Line(string? text) => Escaped(text ?? "", keepsLines: false);

    /// <summary>With its line breaks.</summary>
    public static string Lines(string text) => Escaped(text.ReplaceLineEndings("\n"), keepsLines: true);

    private static string Escaped(string text, bool keepsLines)
    {
        StringBuilder printable = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                Escape(printable, text[at]);
                continue;
            }

            if (keepsLines && rune.Value is '\n' or '\t')
                printable.Append(rune.Value == '\n' ? "\n" : Tab);
            else if (IsHarmless(rune))
                printable.Append(rune.ToString());
            else
                Escape(printable, rune.Value);
            at += rune.Utf16SequenceLength - 1;
        }

        return printable.ToString();
    }

    private static bool IsHarmless(Rune rune) => rune.Value == ZeroWidthJoiner || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned);

    private static void Escape(StringBuilder printable, int value) => _ = value switch
    {
        '\n' => printable.Append(@"\n"),
        '\r' => printable.Append(@"\r"),
        '\t' => printable.Append(@"\t"),
        <= char.MaxValue => printable.Append(CultureInfo.InvariantCulture, $@"\u{value:x4}"),
        _ => printable.Append(CultureInfo.InvariantCulture, $@"\U{value:x8}"),
    };
}
