using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Writes messages as JSON Lines, one buffer for all of them. Where that fails, what is cut off is everything but the lines of messages
/// that have left their queue: of those it may be the only copy.
/// </summary>
internal sealed class ArchiveWriter(Stream destination, string queue)
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] LineEnd = [(byte)'\n'];

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _kept = destination.CanSeek ? destination.Position : 0;

    /// <summary>Messages written.</summary>
    public long Written { get; private set; }

    /// <summary>Of them, those that were let go from their queue.</summary>
    public long Removed { get; private set; }

    public async ValueTask WriteAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer, Options))
            Write(writer, message);
        _buffer.Write(LineEnd);
        try
        {
            await destination.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failed(failure);
        }

        Written++;
    }

    /// <summary>To where it outlives this machine's power, if it is a file.</summary>
    /// <param name="leaving">How many of the messages leave their queue now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FlushAsync(long leaving, CancellationToken cancellationToken)
    {
        try
        {
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (destination is FileStream file)
                file.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Failed(failure);
        }

        Removed += leaving;
        if (leaving > 0 && destination.CanSeek)
            _kept = destination.Position;
    }

    // A failure of the stream is not the broker's, even where both have the same type.
    private DeadLetterAccessException Failed(Exception failure)
    {
        try
        {
            if (destination.CanSeek)
                destination.SetLength(_kept);
        }
        catch (Exception alsoFailed) when (alsoFailed is IOException or NotSupportedException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // A full disk may not take even this: then a torn line stays torn.
        }

        string outcome = Removed == 0 ? "Nothing was removed from the queue" : string.Create(
            CultureInfo.InvariantCulture, $"{Removed} messages had left the queue before, and are in the export");
        return new($"Could not write the export of '{queue}': {failure.Message} {outcome}.", failure, DeadLetterError.Export, Removed);
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
