using System.Collections;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>AMQP header values as people read them.</summary>
internal static class HeaderValue
{
    public static IReadOnlyDictionary<string, object?> Readable(IDictionary<string, object?>? headers) =>
        headers is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : Table(headers);

    public static string? Text(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out object? value) ? Text(value) : null;

    public static string? Text(object? value) => value switch
    {
        null => null,
        byte[] text => Utf8Text.Of(text) ?? Convert.ToBase64String(text),
        string text => text,
        AmqpTimestamp time => At(time).ToString("O", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        IList list => string.Join(", ", list.Cast<object?>().Select(Text)),
        _ => value.ToString(),
    };

    public static DateTimeOffset? Time(object? value) => value switch
    {
        AmqpTimestamp time => At(time),
        _ => Time(Text(value)),
    };

    public static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    // A foreign sender may write any number there.
    private static DateTimeOffset At(AmqpTimestamp time) =>
        time.UnixTime is >= -62_135_596_800 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime) : DateTimeOffset.UnixEpoch;

    private static Dictionary<string, object?> Table(IEnumerable<KeyValuePair<string, object?>> headers)
    {
        // A table of a foreign sender may name a field twice.
        Dictionary<string, object?> readable = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in headers)
            readable[name] = Readable(value);
        return readable;
    }

    private static object? Readable(object? value) => value switch
    {
        byte[] text => Utf8Text.Of(text) ?? Convert.ToBase64String(text),
        AmqpTimestamp time => At(time),
        BinaryTableValue binary => Convert.ToBase64String(binary.Bytes),
        IDictionary<string, object?> table => Table(table),
        IList list => list.Cast<object?>().Select(Readable).ToArray(),
        _ => value,
    };
}

/// <summary>Bytes as text, if they are.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="bytes">The bytes.</param>
    /// <param name="isComplete">Otherwise they may end within a character.</param>
    /// <returns>Null when they are no UTF-8.</returns>
    public static string? Of(ReadOnlySpan<byte> bytes, bool isComplete = true)
    {
        if (!isComplete)
            bytes = bytes[..^Cut(bytes)];
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // How many bytes at the end belong to a character that goes on behind it.
    private static int Cut(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte value = bytes[^back];
            if ((value & 0xC0) == 0x80)
                continue;
            int length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return length > back ? back : 0;
        }

        return 0;
    }
}
