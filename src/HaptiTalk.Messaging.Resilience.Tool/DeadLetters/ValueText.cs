using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>A header's value on one line.</summary>
internal static class ValueText
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        // The writer escapes characters that a terminal must not get.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(object? value) => value switch
    {
        null => "(nothing)",
        string text => text,
        DateTimeOffset time => Format.Time(time),
        _ => JsonSerializer.Serialize(value, Readable),
    };
}
