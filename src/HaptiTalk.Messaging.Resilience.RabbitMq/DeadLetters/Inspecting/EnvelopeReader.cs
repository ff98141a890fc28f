using System.Text;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads MassTransit's envelope, and passes over the message in it. However large the body is, little is made of it.</summary>
internal static class EnvelopeReader
{
    private const int MostText = 8 * 1024;
    private const int MostEntries = 200;

    /// <returns>Null when the body is no JSON object, or no envelope.</returns>
    public static DeadLetterEnvelope? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader, body) : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DeadLetterEnvelope? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var envelope = new DeadLetterEnvelope();
        bool isEnvelope = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Text(ref reader, body) ?? "";
            reader.Read();
            switch (name)
            {
                case "messageType":
                    isEnvelope = true;
                    envelope = envelope with { MessageTypes = Texts(ref reader, body) };
                    break;
                case "headers":
                    envelope = envelope with { Headers = Table(ref reader, body) };
                    break;
                case "host":
                    envelope = envelope with { Host = Table(ref reader, body) };
                    break;
                case "requestId" or "conversationId" or "sourceAddress" or "destinationAddress" or "responseAddress" or "faultAddress" or "sentTime" or "expirationTime":
                    envelope = With(envelope, name, Text(ref reader, body));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return isEnvelope ? envelope : null;
    }

    private static DeadLetterEnvelope With(DeadLetterEnvelope envelope, string name, string? value) => name switch
    {
        "requestId" => envelope with { RequestId = value },
        "conversationId" => envelope with { ConversationId = value },
        "sourceAddress" => envelope with { SourceAddress = value },
        "destinationAddress" => envelope with { DestinationAddress = value },
        "responseAddress" => envelope with { ResponseAddress = value },
        "faultAddress" => envelope with { FaultAddress = value },
        "sentTime" => envelope with { SentTime = HeaderValue.Time(value) },
        _ => envelope with { ExpirationTime = HeaderValue.Time(value) },
    };

    private static List<string> Texts(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        List<string> texts = [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return texts;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (texts.Count == MostEntries)
                reader.Skip();
            else if (Text(ref reader, body) is { } text)
                texts.Add(text);
        }

        return texts;
    }

    private static Dictionary<string, string?> Table(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        Dictionary<string, string?> table = new(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return table;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = Text(ref reader, body) ?? "";
            reader.Read();
            if (table.Count == MostEntries)
                reader.Skip();
            else
                table[name] = Text(ref reader, body);
        }

        return table;
    }

    // What is not a text is shown as JSON. A value that is longer than anybody writes is cut.
    private static string? Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            return reader.ValueSpan.Length <= MostText ? reader.GetString() : Cut(reader.ValueSpan);
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Cut(body[start..(int)reader.BytesConsumed]);
    }

    private static string Cut(ReadOnlySpan<byte> text) =>
        text.Length <= MostText ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..MostText]) + "…";
}
