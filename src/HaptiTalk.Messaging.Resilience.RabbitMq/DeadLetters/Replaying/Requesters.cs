using System.Text.Json;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Whether somebody still waits for the answer to a request.</summary>
internal sealed class Requesters(BrokerSession session, TimeProvider time)
{
    private const int MostRemembered = 10_000;

    private readonly Dictionary<string, bool> _exists = new(StringComparer.Ordinal);

    /// <returns>Why nobody does; null when somebody does, and for what is no request.</returns>
    public async ValueTask<string?> GoneAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        IReadOnlyBasicProperties properties = message.Properties;
        bool inBody = message.Body.Span.IndexOf("\"responseAddress\""u8) >= 0;
        string? byHeader = HeaderValue.Text(properties.Headers, HeaderName.ResponseAddress);
        if (!inBody && byHeader is null && properties.ReplyTo is null)
            return null;

        DeadLetterEnvelope? envelope = inBody ? EnvelopeReader.Read(message.Body.Span) : null;
        string? address = envelope?.ResponseAddress ?? byHeader;
        if (address is null && properties.ReplyTo is null)
            return null;
        if (envelope?.ExpirationTime is { } deadline && deadline <= time.GetUtcNow())
            return $"its requester waited until {deadline:O}";
        // MassTransit answers through an exchange, others through a queue; the direct reply queue is no name to ask for.
        if (address is not null)
        {
            string? exchange = DeadLetterReading.QueueOf(address);
            return exchange is null || await ExistsAsync("e" + exchange, cancellationToken).ConfigureAwait(false)
                ? null
                : $"its reply exchange '{ShortText.Of(exchange)}' is gone";
        }

        string queue = properties.ReplyTo!;
        if (queue.StartsWith("amq.rabbitmq.reply-to", StringComparison.Ordinal))
            return "its requester waited on a connection that is closed";
        return await ExistsAsync("q" + queue, cancellationToken).ConfigureAwait(false) ? null : $"its reply queue '{queue}' is gone";
    }

    /// <summary>The envelope without its reply addresses; the same body when it has none.</summary>
    public static ReadOnlyMemory<byte> WithoutReply(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"responseAddress\""u8) < 0 || EnvelopeReader.Read(body.Span) is null)
            return body;
        try
        {
            return Rewrite(body);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // An envelope that nobody can read to its end has nobody answered.
            return body;
        }
    }

    private static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> body)
    {
        using JsonDocument envelope = JsonDocument.Parse(body);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in envelope.RootElement.EnumerateObject())
            {
                if (property.NameEquals("responseAddress") || property.NameEquals("faultAddress") || property.NameEquals("requestId"))
                    continue;
                writer.WritePropertyName(property.Name);
                // As it stands: numbers and escapes keep their spelling.
                writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private async ValueTask<bool> ExistsAsync(string kindAndName, CancellationToken cancellationToken)
    {
        if (_exists.TryGetValue(kindAndName, out bool exists))
            return exists;
        if (_exists.Count >= MostRemembered)
            _exists.Clear();
        string name = kindAndName[1..];
        // What no queue or exchange can be called, the client does not even ask for.
        exists = QueueName.Problem(name) is null && (kindAndName[0] == 'e'
            ? await session.HasExchangeAsync(name, cancellationToken).ConfigureAwait(false)
            : await session.CountAsync(name, cancellationToken).ConfigureAwait(false) is not null);
        return _exists[kindAndName] = exists;
    }
}
