using System.Security.Cryptography;
using System.Text;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Tells faults apart by exception type and the top frames that are not .NET's or MassTransit's own. File names and line numbers are
/// left out: they change with every build.
/// </summary>
internal static class StackFingerprint
{
    private const int Frames = 3;
    private const int Bytes = 6;

    public static string? Of(string? exceptionType, string? stackTrace)
    {
        if (exceptionType is null)
            return null;
        List<string> frames = [.. (stackTrace ?? "").Split('\n').Select(Method).OfType<string>()];
        IEnumerable<string> own = frames.Where(static frame => !IsForeign(frame));
        string text = string.Join('\n', (own.Any() ? own : frames).Take(Frames).Prepend(exceptionType));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, Bytes));
    }

    // "   at Shop.Orders.Consume(ConsumeContext`1 context) in /src/Orders.cs:line 12": the part between.
    private static string? Method(string line)
    {
        ReadOnlySpan<char> text = line.AsSpan().Trim();
        if (!text.StartsWith("at "))
            return null;
        text = text[3..];
        int file = text.LastIndexOf(") in ");
        return (file < 0 ? text : text[..(file + 1)]).ToString();
    }

    private static bool IsForeign(string frame) =>
        frame.StartsWith("System.", StringComparison.Ordinal) || frame.StartsWith("MassTransit.", StringComparison.Ordinal);
}
