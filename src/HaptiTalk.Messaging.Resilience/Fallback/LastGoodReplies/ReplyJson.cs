using System.Buffers;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Requests and replies as bytes.</summary>
internal sealed class ReplyJson(IReplyFormat format)
{
    private const string ReceivedAt = "receivedAt";
    private const string Reply = "reply";

    // Read each time: a host may replace them while its bus is configured.
    private JsonSerializerOptions Options => format.JsonOptions;

    private JsonWriterOptions WriterOptions => new() { Encoder = Options.Encoder };

    /// <summary>What a request says.</summary>
    public ReadOnlyMemory<byte> OfRequest<TRequest>(TRequest request)
        where TRequest : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            JsonSerializer.Serialize(writer, format.Normalize(request), Options);
        return buffer.WrittenMemory;
    }

    public byte[] OfReply(object reply, Type replyType, DateTimeOffset receivedAt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString(ReceivedAt, receivedAt);
            writer.WritePropertyName(Reply);
            JsonSerializer.Serialize(writer, reply, replyType, Options);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null when it is too old.</summary>
    /// <exception cref="JsonException">It is not what was written, or the reply's type has changed since.</exception>
    public LastGoodReply? Read(byte[] content, Type replyType, DateTimeOffset now, TimeSpan maxAge)
    {
        using JsonDocument document = JsonDocument.Parse(content);
        if (!document.RootElement.TryGetProperty(ReceivedAt, out JsonElement received) || !document.RootElement.TryGetProperty(Reply, out JsonElement reply))
            throw new JsonException($"It has no {ReceivedAt} or no {Reply}.");

        // Another host's clock may be ahead.
        TimeSpan age = now - received.GetDateTimeOffset();
        age = age > TimeSpan.Zero ? age : TimeSpan.Zero;
        return age <= maxAge && reply.Deserialize(replyType, Options) is { } message ? new(message, age) : null;
    }
}
