using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>AMQP header values with their types: <c>{"S":"text"}</c>, <c>{"I":"42"}</c>, by the letters that AMQP gives the types.</summary>
internal static class ArchiveValue
{
    private const string Base64Text = "S64";

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case null:
                writer.WriteNull("V"u8);
                break;
            case byte[] bytes when Utf8Text.Of(bytes) is { } text:
                writer.WriteString("S"u8, text);
                break;
            case byte[] bytes:
                writer.WriteBase64String(Base64Text, bytes);
                break;
            case BinaryTableValue binary:
                writer.WriteBase64String("x"u8, binary.Bytes);
                break;
            case bool flag:
                writer.WriteBoolean("t"u8, flag);
                break;
            case AmqpTimestamp time:
                writer.WriteString("T"u8, time.UnixTime.ToString(CultureInfo.InvariantCulture));
                break;
            case IDictionary<string, object?> table:
                writer.WriteStartObject("F"u8);
                foreach ((string name, object? field) in table)
                {
                    writer.WritePropertyName(name);
                    Write(writer, field);
                }

                writer.WriteEndObject();
                break;
            case IList list:
                writer.WriteStartArray("A"u8);
                foreach (object? item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteString(LetterOf(value), Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }

        writer.WriteEndObject();
    }

    /// <exception cref="FormatException">It is nothing that an export writes.</exception>
    public static object? Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || element.EnumerateObject().ToArray() is not [var only])
            throw new FormatException("a header is an object with one field that is named as its type");
        JsonElement value = only.Value;
        return only.Name switch
        {
            "V" => null,
            "S" => Encoding.UTF8.GetBytes(value.GetString()!),
            Base64Text => value.GetBytesFromBase64(),
            "x" => new BinaryTableValue(value.GetBytesFromBase64()),
            "t" => value.GetBoolean(),
            "T" => new AmqpTimestamp(long.Parse(value.GetString()!, CultureInfo.InvariantCulture)),
            "F" => Table(value),
            "A" => value.EnumerateArray().Select(Read).ToList(),
            _ => Number(only.Name, value.GetString()!),
        };
    }

    public static Dictionary<string, object?> Table(JsonElement element)
    {
        Dictionary<string, object?> table = new(StringComparer.Ordinal);
        foreach (JsonProperty field in element.EnumerateObject())
            table[field.Name] = Read(field.Value);
        return table;
    }

    private static object Number(string letter, string text) => letter switch
    {
        "b" => sbyte.Parse(text, CultureInfo.InvariantCulture),
        "B" => byte.Parse(text, CultureInfo.InvariantCulture),
        "s" => short.Parse(text, CultureInfo.InvariantCulture),
        "u" => ushort.Parse(text, CultureInfo.InvariantCulture),
        "I" => int.Parse(text, CultureInfo.InvariantCulture),
        "i" => uint.Parse(text, CultureInfo.InvariantCulture),
        "l" => long.Parse(text, CultureInfo.InvariantCulture),
        "f" => float.Parse(text, CultureInfo.InvariantCulture),
        "d" => double.Parse(text, CultureInfo.InvariantCulture),
        "D" => decimal.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new FormatException($"'{letter}' is no type of a header"),
    };

    private static string LetterOf(object value) => value switch
    {
        string => "S",
        sbyte => "b",
        byte => "B",
        short => "s",
        ushort => "u",
        int => "I",
        uint => "i",
        long => "l",
        float => "f",
        double => "d",
        decimal => "D",
        _ => throw new NotSupportedException($"A header of type {value.GetType()}."),
    };
}
