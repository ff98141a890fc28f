using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Keeps passwords of addresses out of what is written, wherever the address came from.</summary>
internal static partial class Secrets
{
    public static string Hide(string text) => Password().Replace(text, "…");

    [GeneratedRegex(@"(?<=://[^/\s:@]*:)[^\s]*(?=@)", RegexOptions.None, 1000)]
    private static partial Regex Password();
}
