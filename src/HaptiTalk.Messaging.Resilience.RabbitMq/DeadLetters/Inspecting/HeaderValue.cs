using System.Collections;
using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>AMQP header values as people read them. A sender may write anything there: nothing of it throws, and all of it can be written as JSON.</summary>
internal static class HeaderValue
{
    // Tables may be nested as deep as a frame is long, and JSON is not.
    private const int Deepest = 16;
    private const string TooDeep = "(deeper than is shown)";

    public static IReadOnlyDictionary<string, object?> Readable(IDictionary<string, object?>? headers) =>
        headers is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : Table(headers, 0);

    public static string? Text(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out object? value) ? Text(value) : null;

    public static string? Text(object? value) => Text(value, 0);

    public static DateTimeOffset? Time(object? value) => value switch
    {
        AmqpTimestamp time => At(time),
        _ => Time(Text(value)),
    };

    public static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>AMQP says seconds. Many senders write milliseconds or smaller, and some no time at all.</summary>
    /// <returns>Null for a number that is a time in no unit.</returns>
    private static DateTimeOffset? At(AmqpTimestamp time) => time.UnixTime switch
    {
        // In each unit what lies before the year 5138, and behind 1973 in the next smaller one.
        > 0 and < 100_000_000_000 => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime),
        >= 100_000_000_000 and < 100_000_000_000_000 => DateTimeOffset.FromUnixTimeMilliseconds(time.UnixTime),
        >= 100_000_000_000_000 and < 100_000_000_000_000_000 => DateTimeOffset.UnixEpoch.AddTicks(time.UnixTime * TimeSpan.TicksPerMicrosecond),
        >= 100_000_000_000_000_000 => DateTimeOffset.UnixEpoch.AddTicks(time.UnixTime / TimeSpan.NanosecondsPerTick),
        _ => null,
    };

    private static string? Text(object? value, int depth) => value switch
    {
        null => null,
        byte[] text => Utf8Text.Of(text) ?? Convert.ToBase64String(text),
        string text => text,
        AmqpTimestamp time => At(time)?.ToString("O", CultureInfo.InvariantCulture) ?? time.UnixTime.ToString(CultureInfo.InvariantCulture),
        BinaryTableValue binary => Convert.ToBase64String(binary.Bytes),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ when depth == Deepest => TooDeep,
        IDictionary<string, object?> table => string.Join(", ", table.Select(field => $"{field.Key}={Text(field.Value, depth + 1)}")),
        IList list => string.Join(", ", list.Cast<object?>().Select(item => Text(item, depth + 1))),
        _ => value.ToString(),
    };

    private static Dictionary<string, object?> Table(IEnumerable<KeyValuePair<string, object?>> headers, int depth)
    {
        // Another sender may name a field twice in a table.
        Dictionary<string, object?> readable = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in headers)
            readable[name] = Readable(value, depth);
        return readable;
    }

    private static object? Readable(object? value, int depth) => value switch
    {
        byte[] or BinaryTableValue => Text(value),
        AmqpTimestamp time => At(time) is { } at ? at : time.UnixTime,
        // JSON knows no such number.
        double number when !double.IsFinite(number) => Text(value),
        float number when !float.IsFinite(number) => Text(value),
        IDictionary<string, object?> or IList when depth == Deepest => TooDeep,
        IDictionary<string, object?> table => Table(table, depth + 1),
        IList list => list.Cast<object?>().Select(item => Readable(item, depth + 1)).ToArray(),
        _ => value,
    };
}
