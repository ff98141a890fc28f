using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What a file with messages of a queue is called: a name that means nothing to any file system, and the time.</summary>
internal static class ExportName
{
    private const int Longest = 100;

    public static string Of(string queue, DateTimeOffset at)
    {
        string plain = string.Concat(queue.Take(Longest).Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '-'));
        return string.Create(CultureInfo.InvariantCulture, $"{plain}-{at.UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}.jsonl");
    }
}
