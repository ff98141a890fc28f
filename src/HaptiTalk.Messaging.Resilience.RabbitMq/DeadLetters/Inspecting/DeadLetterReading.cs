using System.Collections;
using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Makes of a message what people want to know of it.</summary>
internal static class DeadLetterReading
{
    private const string UrnPrefix = "urn:message:";

    public static DeadLetter Read(BrokerMessage message, long position, int maxBodyBytes)
    {
        IReadOnlyBasicProperties properties = message.Properties;
        IDictionary<string, object?>? headers = properties.Headers;
        DeadLetterEnvelope? envelope = EnvelopeReader.Read(message.Body.Span);
        return new()
        {
            Id = MessageId.Of(message),
            Position = position,
            MessageId = properties.MessageId,
            Failure = FailureOf(headers),
            MessageType = HeaderValue.Text(headers, HeaderName.MessageType) ?? TypeOf(envelope) ?? properties.Type,
            SentAt = envelope?.SentTime ?? (properties.IsTimestampPresent() ? HeaderValue.Time(properties.Timestamp) : null),
            TraceId = TraceOf(headers, envelope),
            Replays = Replays(headers),
            DeliveryCount = message.DeliveryCount,
            Exchange = message.Exchange,
            RoutingKey = message.RoutingKey,
            Properties = PropertiesOf(properties),
            Headers = HeaderValue.Readable(headers),
            Envelope = envelope,
            BodySize = message.Body.Length,
            Body = message.Body[..Math.Min(message.Body.Length, maxBodyBytes)].ToArray(),
        };
    }

    public static int Replays(IDictionary<string, object?>? headers) =>
        int.TryParse(HeaderValue.Text(headers, HeaderName.ReplayCount), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

    /// <summary>The queue that an address of MassTransit's names: <c>rabbitmq://host/vhost/user?durable=false</c>, <c>queue:user</c>.</summary>
    public static string? QueueOf(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        string path = address.Split('?', 2)[0];
        string name = path[(path.LastIndexOfAny(['/', ':']) + 1)..];
        return name.Length == 0 ? null : Uri.UnescapeDataString(name);
    }

    public static IReadOnlyList<DeadLetterDeath> DeathsOf(IDictionary<string, object?>? headers) =>
        headers is not null && headers.TryGetValue(HeaderName.Deaths, out object? value) && value is IList deaths
            ? [.. deaths.OfType<IDictionary<string, object?>>().Select(DeathOf)]
            : [];

    private static DeadLetterFailure FailureOf(IDictionary<string, object?>? headers)
    {
        string? exceptionType = HeaderValue.Text(headers, HeaderName.ExceptionType);
        string? stackTrace = HeaderValue.Text(headers, HeaderName.StackTrace);
        IReadOnlyList<DeadLetterDeath> deaths = DeathsOf(headers);
        return new()
        {
            Reason = HeaderValue.Text(headers, HeaderName.Reason) ?? (deaths.Count > 0 ? deaths[0].Reason : null),
            At = HeaderValue.Time(HeaderValue.Text(headers, HeaderName.Timestamp)) ?? (deaths.Count > 0 ? deaths[0].At : null),
            ExceptionType = exceptionType,
            ExceptionMessage = HeaderValue.Text(headers, HeaderName.ExceptionMessage),
            StackTrace = stackTrace,
            Fingerprint = StackFingerprint.Of(exceptionType, stackTrace),
            ConsumerType = HeaderValue.Text(headers, HeaderName.ConsumerType),
            InputQueue = QueueOf(HeaderValue.Text(headers, HeaderName.InputAddress)) ?? (deaths.Count > 0 ? deaths[0].Queue : null),
            Deaths = deaths,
        };
    }

    private static DeadLetterDeath DeathOf(IDictionary<string, object?> death) => new(
        HeaderValue.Text(death, "queue") ?? "",
        HeaderValue.Text(death, "reason") ?? "",
        long.TryParse(HeaderValue.Text(death, "count"), NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 1,
        death.TryGetValue("time", out object? time) ? HeaderValue.Time(time) : null,
        HeaderValue.Text(death, "exchange"),
        death.TryGetValue("routing-keys", out object? keys) && keys is IList list ? [.. list.Cast<object?>().Select(HeaderValue.Text).OfType<string>()] : []);

    private static string? TypeOf(DeadLetterEnvelope? envelope) =>
        envelope is not { MessageTypes: [string first, ..] } ? null
        : first.StartsWith(UrnPrefix, StringComparison.Ordinal) ? first[UrnPrefix.Length..].Replace(':', '.')
        : first;

    // "00-{trace}-{span}-01" of W3C, under the names it goes by.
    private static string? TraceOf(IDictionary<string, object?>? headers, DeadLetterEnvelope? envelope)
    {
        foreach (string name in (ReadOnlySpan<string>)["traceparent", "MT-Activity-Id", "Diagnostic-Id"])
        {
            string? value = HeaderValue.Text(headers, name) ?? envelope?.Headers.GetValueOrDefault(name);
            if (value?.Split('-') is [_, { Length: 32 } trace, ..])
                return trace;
        }

        return null;
    }

    private static DeadLetterProperties PropertiesOf(IReadOnlyBasicProperties properties) => new()
    {
        ContentType = properties.ContentType,
        ContentEncoding = properties.ContentEncoding,
        Persistent = properties.Persistent,
        Priority = properties.IsPriorityPresent() ? properties.Priority : null,
        CorrelationId = properties.CorrelationId,
        ReplyTo = properties.ReplyTo,
        Expiration = properties.Expiration,
        Timestamp = properties.IsTimestampPresent() ? HeaderValue.Time(properties.Timestamp) : null,
        Type = properties.Type,
        UserId = properties.UserId,
        AppId = properties.AppId,
    };
}
