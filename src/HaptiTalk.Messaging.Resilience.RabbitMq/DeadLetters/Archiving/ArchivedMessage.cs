using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A message read from its line.</summary>
internal sealed record ArchivedMessage(string Queue, BasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    /// <exception cref="FormatException">The line is not from an export; the message says what is wrong.</exception>
    public static ArchivedMessage Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement message = document.RootElement;
            BasicProperties properties = ArchiveProperties.Read(message.GetProperty("properties"));
            Dictionary<string, object?> headers = ArchiveValue.Table(message.GetProperty("headers"));
            foreach (string name in headers.Keys.Where(HeaderName.IsOfCopies).ToArray())
                headers.Remove(name);
            if (headers.Count > 0)
                properties.Headers = headers;
            byte[] body = message.TryGetProperty("body", out JsonElement text)
                ? Encoding.UTF8.GetBytes(text.GetString()!)
                : message.GetProperty("bodyBase64").GetBytesFromBase64();
            return new(message.GetProperty("queue").GetString()!, properties, body);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException(broken.Message, broken);
        }
    }
}
