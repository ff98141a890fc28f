using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One dead letter.</summary>
public sealed record DeadLetter
{
    /// <summary>What it is called here: 16 hexadecimal digits over its content, the same at every look.</summary>
    public required string Id { get; init; }

    /// <summary>Its place when it was read, the queue's head being 0.</summary>
    public required long Position { get; init; }

    /// <summary>Its AMQP message id; null when its sender set none.</summary>
    public string? MessageId { get; init; }

    /// <summary>Why it is dead.</summary>
    public required DeadLetterFailure Failure { get; init; }

    /// <summary>Its type, without the <c>urn:message:</c> of MassTransit's; null when it says none.</summary>
    public string? MessageType { get; init; }

    /// <summary>When it was sent, as its sender says; null when it does not.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The W3C trace it belongs to; null when it names none.</summary>
    public string? TraceId { get; init; }

    /// <summary>How often it has been replayed already.</summary>
    public int Replays { get; init; }

    /// <summary>Its deliveries that failed, as a quorum queue counts them. 0 for what a sender wrote in its place, as far as that can be told.</summary>
    public long DeliveryCount { get; init; }

    /// <summary>The exchange it came through.</summary>
    public required string Exchange { get; init; }

    /// <summary>Its routing key.</summary>
    public required string RoutingKey { get; init; }

    /// <summary>Its AMQP properties.</summary>
    public required DeadLetterProperties Properties { get; init; }

    /// <summary>Its headers; texts are text, what is no UTF-8 is base64.</summary>
    public required IReadOnlyDictionary<string, object?> Headers { get; init; }

    /// <summary>MassTransit's envelope; null when it has none that can be read.</summary>
    public DeadLetterEnvelope? Envelope { get; init; }

    /// <summary>How long its body is, in bytes.</summary>
    public required long BodySize { get; init; }

    /// <summary>The body, or its beginning.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether <see cref="Body"/> is all of it.</summary>
    public bool IsBodyComplete => Body.Length == BodySize;

    /// <summary>The body, or its beginning, as text; null when it is not UTF-8.</summary>
    public string? BodyText => Utf8Text.Of(Body.Span, IsBodyComplete);
}

/// <summary>Why and where a message died.</summary>
public sealed record DeadLetterFailure
{
    /// <summary>MassTransit's <c>MT-Reason</c> (<c>fault</c>, <c>dead-letter</c>) or the broker's (<c>rejected</c>, <c>expired</c>, <c>maxlen</c>, <c>delivery_limit</c>).</summary>
    public string? Reason { get; init; }

    /// <summary>When; null when it says nothing.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The type of the exception.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>What the exception said.</summary>
    public string? ExceptionMessage { get; init; }

    /// <summary>Where the exception was thrown.</summary>
    public string? StackTrace { get; init; }

    /// <summary>Twelve hexadecimal digits over exception type and top stack frames: the same fault has the same; null without an exception.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The consumer that failed.</summary>
    public string? ConsumerType { get; init; }

    /// <summary>The queue it was consumed from.</summary>
    public string? InputQueue { get; init; }

    /// <summary>What the broker recorded, the latest first.</summary>
    public IReadOnlyList<DeadLetterDeath> Deaths { get; init; } = [];
}

/// <summary>
/// One entry of <c>x-death</c>: the broker itself dead-lettered the message, if it says so of a queue that does. Whoever may publish into
/// a queue may also write this header.
/// </summary>
/// <param name="Queue">From which queue.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How often.</param>
/// <param name="At">When first.</param>
/// <param name="Exchange">Through which exchange it had come.</param>
/// <param name="RoutingKeys">With which keys.</param>
public sealed record DeadLetterDeath(
    string Queue, string Reason, long Count, DateTimeOffset? At, string? Exchange, IReadOnlyList<string> RoutingKeys);

/// <summary>A message's AMQP properties; null where it has none.</summary>
public sealed record DeadLetterProperties
{
    /// <summary>The body's media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body's encoding.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>Whether it outlives a restart of the broker.</summary>
    public bool Persistent { get; init; }

    /// <summary>Its priority.</summary>
    public byte? Priority { get; init; }

    /// <summary>What it belongs to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Where an answer goes.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>How many milliseconds it lives in a queue.</summary>
    public string? Expiration { get; init; }

    /// <summary>When it was sent, to the second.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Its type as AMQP has it.</summary>
    public string? Type { get; init; }

    /// <summary>Who sent it.</summary>
    public string? UserId { get; init; }

    /// <summary>What sent it.</summary>
    public string? AppId { get; init; }
}

/// <summary>What MassTransit wrote around the message.</summary>
public sealed record DeadLetterEnvelope
{
    /// <summary>The message's types, as URNs.</summary>
    public IReadOnlyList<string> MessageTypes { get; init; } = [];

    /// <summary>Set for a request.</summary>
    public string? RequestId { get; init; }

    /// <summary>The conversation it belongs to.</summary>
    public string? ConversationId { get; init; }

    /// <summary>Who sent it.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>Where it was sent.</summary>
    public string? DestinationAddress { get; init; }

    /// <summary>Where an answer goes.</summary>
    public string? ResponseAddress { get; init; }

    /// <summary>Where a fault goes.</summary>
    public string? FaultAddress { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset? SentTime { get; init; }

    /// <summary>Until when somebody wants it handled.</summary>
    public DateTimeOffset? ExpirationTime { get; init; }

    /// <summary>Its headers, as JSON text where they are no text.</summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Which process sent it: machine, process, versions.</summary>
    public IReadOnlyDictionary<string, string?> Host { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);
}
