using System.Globalization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A selection in words, for the log and the audit.</summary>
internal static class SelectionText
{
    private const int Longest = 300;

    public static string Of(DeadLetterQuery query)
    {
        (string Name, string? Value)[] parts =
        [
            ("exception", query.ExceptionType), ("message type", query.MessageType), ("consumer", query.ConsumerType),
            ("input queue", query.InputQueue), ("fingerprint", query.Fingerprint), ("header", query.HeaderName),
            ("header value", query.HeaderValue), ("body", query.BodyText),
            ("from", query.From?.ToString("O", CultureInfo.InvariantCulture)), ("until", query.Until?.ToString("O", CultureInfo.InvariantCulture)),
            ("ids", query.Ids.Count == 0 ? null : string.Join(' ', query.Ids.Take(10)) + (query.Ids.Count > 10 ? string.Create(
                CultureInfo.InvariantCulture, $" and {query.Ids.Count - 10} more") : "")),
            ("without", query.Without.Count == 0 ? null : string.Join(' ', query.Without)),
        ];
        string text = string.Join(", ", parts.Where(static part => part.Value is not null).Select(static part => $"{part.Name} '{part.Value}'"));
        return text.Length == 0 ? "all messages" : $"messages with {OneLine.Of(text, Longest)}";
    }
}
