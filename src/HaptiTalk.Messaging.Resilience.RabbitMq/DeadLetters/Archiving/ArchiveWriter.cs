using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Writes messages as JSON Lines, one buffer for all of them.</summary>
internal sealed class ArchiveWriter(Stream destination, string queue)
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] LineEnd = [(byte)'\n'];

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public long Written { get; private set; }

    public async ValueTask WriteAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer, Options))
            Write(writer, message);
        _buffer.Write(LineEnd);
        await destination.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        Written++;
    }

    /// <summary>To where it outlives this machine's power, if it is a file.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (destination is FileStream file)
            file.Flush(flushToDisk: true);
    }

    private void Write(Utf8JsonWriter writer, BrokerMessage message)
    {
        writer.WriteStartObject();
        writer.WriteString("queue"u8, queue);
        writer.WriteString("exchange"u8, message.Exchange);
        writer.WriteString("routingKey"u8, message.RoutingKey);
        writer.WritePropertyName("properties"u8);
        ArchiveProperties.Write(writer, message.Properties);
        writer.WritePropertyName("headers"u8);
        writer.WriteStartObject();
        foreach ((string name, object? value) in message.Properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            // The broker's own count of looks is not part of the message.
            if (HeaderName.IsOfTheLook(name))
                continue;
            writer.WritePropertyName(name);
            ArchiveValue.Write(writer, value);
        }

        writer.WriteEndObject();
        if (Utf8Text.Of(message.Body.Span) is { } text)
            writer.WriteString("body"u8, text);
        else
            writer.WriteBase64String("bodyBase64"u8, message.Body.Span);
        writer.WriteEndObject();
    }
}
