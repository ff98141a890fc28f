using System.Buffers;
using System.Text.Json;
using MassTransit.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Requests and replies as bytes, by MassTransit's own rules for JSON: what they carry over the wire they carry here.</summary>
internal static class ReplyJson
{
    private const string ReceivedAt = "receivedAt";
    private const string Reply = "reply";

    // Read each time: a host may replace them while the bus is configured.
    private static JsonSerializerOptions Options => SystemTextJsonMessageSerializer.Options;

    private static JsonWriterOptions WriterOptions => new() { Encoder = Options.Encoder };

    /// <summary>What a request says. Whatever class implements an interface, only what the interface has counts.</summary>
    public static ReadOnlyMemory<byte> OfRequest<TRequest>(TRequest request)
        where TRequest : class
    {
        TRequest? message = typeof(TRequest).IsInterface ? request.Transform<TRequest>(Options) : request;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            JsonSerializer.Serialize(writer, message, Options);
        return buffer.WrittenMemory;
    }

    public static byte[] OfReply(object reply, Type replyType, DateTimeOffset receivedAt)
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
    public static LastGoodReply? Read(byte[] content, Type replyType, DateTimeOffset now, TimeSpan maxAge)
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
