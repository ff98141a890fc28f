using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Reads MassTransit's envelope, and passes over the message in it.</summary>
internal static class EnvelopeReader
{
    /// <returns>Null when the body is no JSON object, or none that is an envelope.</returns>
    public static DeadLetterEnvelope? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Read(ref reader) : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DeadLetterEnvelope? Read(ref Utf8JsonReader reader)
    {
        var envelope = new DeadLetterEnvelope();
        bool isEnvelope = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "message":
                    reader.Skip();
                    break;
                case "messageType":
                    isEnvelope = true;
                    envelope = envelope with { MessageTypes = Texts(ref reader) };
                    break;
                case "headers":
                    envelope = envelope with { Headers = Table(ref reader) };
                    break;
                case "host":
                    envelope = envelope with { Host = Table(ref reader) };
                    break;
                default:
                    envelope = With(envelope, name, Text(ref reader));
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
        "expirationTime" => envelope with { ExpirationTime = HeaderValue.Time(value) },
        _ => envelope,
    };

    private static List<string> Texts(ref Utf8JsonReader reader)
    {
        List<string> texts = [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return texts;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Text(ref reader) is { } text)
                texts.Add(text);
        }

        return texts;
    }

    private static Dictionary<string, string?> Table(ref Utf8JsonReader reader)
    {
        Dictionary<string, string?> table = new(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return table;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            table[name] = Text(ref reader);
        }

        return table;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Null:
                return null;
            default:
                using (JsonDocument value = JsonDocument.ParseValue(ref reader))
                    return value.RootElement.GetRawText();
        }
    }
}
