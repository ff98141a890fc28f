using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A name for a message made of its content, so that it is the same at every look, and foreign messages have one too.</summary>
internal static class MessageId
{
    private const int Bytes = 8;

    public static string Of(BrokerMessage message)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IReadOnlyBasicProperties properties = message.Properties;
        Append(hash, message.RoutingKey);
        Append(hash, properties.MessageId);
        Append(hash, properties.CorrelationId);
        Append(hash, properties.Type);
        foreach ((string name, object? value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            if (HeaderName.IsOfTheLook(name))
                continue;
            Append(hash, name);
            Append(hash, HeaderValue.Text(value));
        }

        hash.AppendData(message.Body.Span);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest[..Bytes]);
    }

    // Its length stands before it: otherwise two texts could look like two others.
    private static void Append(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
        hash.AppendData(length);
        if (text is { Length: > 0 })
            hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}
