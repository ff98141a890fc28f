using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Messages by MassTransit's own rules for JSON.</summary>
internal sealed class MassTransitReplyFormat : IReplyFormat
{
    private readonly StoredContent _stored = new();

    public JsonSerializerOptions JsonOptions => SystemTextJsonMessageSerializer.Options;

    public string NameOf(Type messageType) => MessageUrn.ForTypeString(messageType);

    public TRequest Normalize<TRequest>(TRequest request)
        where TRequest : class =>
        typeof(TRequest).IsInterface ? request.Transform<TRequest>(JsonOptions)! : request;

    public bool IsComplete(Type messageType) => !_stored.IsIn(messageType);
}
