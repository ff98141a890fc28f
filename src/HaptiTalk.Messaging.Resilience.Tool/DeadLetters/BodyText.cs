using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>A body for readers: indented JSON, plain text, or hexadecimal bytes.</summary>
internal static class BodyText
{
    private const int BytesALine = 16;
    private const int BytesShown = 512;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(DeadLetter letter) => letter.BodyText is { } text ? OfText(text) : OfBytes(letter.Body.Span);

    private static string OfText(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..])
            return text;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException)
        {
            return text;
        }
    }

    private static string OfBytes(ReadOnlySpan<byte> body)
    {
        StringBuilder lines = new();
        for (int at = 0; at < Math.Min(body.Length, BytesShown); at += BytesALine)
        {
            ReadOnlySpan<byte> line = body.Slice(at, Math.Min(BytesALine, body.Length - at));
            lines.Append(at.ToString("x8", CultureInfo.InvariantCulture)).Append(' ');
            foreach (byte value in line)
                lines.Append(' ').Append(value.ToString("x2", CultureInfo.InvariantCulture));
            lines.Append(' ', 3 * (BytesALine - line.Length) + 2);
            foreach (byte value in line)
                lines.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            lines.Append('\n');
        }

        if (body.Length > BytesShown)
            lines.Append(CultureInfo.InvariantCulture, $"and {Format.Bytes(body.Length - BytesShown)} more; --save-body writes all of it\n");
        return lines.ToString().TrimEnd('\n');
    }
}
