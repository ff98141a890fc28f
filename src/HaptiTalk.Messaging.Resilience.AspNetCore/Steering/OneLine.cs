namespace HaptiTalk.Messaging.Resilience;

/// <summary>What comes from outside must not end a line of the log and write the next one.</summary>
internal static class OneLine
{
    public static string Of(string text, int longest) => string.Create(
        Math.Min(text.Length, longest),
        text,
        static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
                line[i] = char.IsControl(text[i]) ? '?' : text[i];
        });
}
