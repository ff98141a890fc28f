using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A response that no broker delivered.</summary>
internal sealed class FallbackResponse<T>(T message, FallbackReason reason, DateTime sentTime) : Response<T>
    where T : class
{
    public T Message => message;

    object Response.Message => message;

    public Guid? MessageId { get; } = NewId.NextGuid();

    public Guid? RequestId => null;

    public Guid? CorrelationId => null;

    public Guid? ConversationId => null;

    public Guid? InitiatorId => null;

    public DateTime? ExpirationTime => null;

    public Uri? SourceAddress => null;

    public Uri? DestinationAddress => null;

    public Uri? ResponseAddress => null;

    public Uri? FaultAddress => null;

    public DateTime? SentTime => sentTime;

    public Headers Headers { get; } = new DictionarySendHeaders(new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
    {
        [ResilienceHeaders.Fallback] = reason.ToString(),
    });

    public HostInfo Host => HostMetadataCache.Host;
}
