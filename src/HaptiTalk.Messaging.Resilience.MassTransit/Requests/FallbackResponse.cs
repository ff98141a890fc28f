using MassTransit;
using MassTransit.Metadata;
using MassTransit.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A response that no broker delivered.</summary>
internal sealed class FallbackResponse<T>(T message, FallbackMark mark) : Response<T>
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

    public DateTime? SentTime => mark.Now;

    public Headers Headers { get; } = HeadersOf(mark);

    public HostInfo Host => HostMetadataCache.Host;

    private static DictionarySendHeaders HeadersOf(FallbackMark mark)
    {
        var headers = new DictionarySendHeaders(new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            [ResilienceHeaders.Fallback] = mark.Reason.ToString(),
        });
        if (mark.Age is { } age)
            headers.Set(ResilienceHeaders.FallbackAge, (long)age.TotalMilliseconds);
        return headers;
    }
}
