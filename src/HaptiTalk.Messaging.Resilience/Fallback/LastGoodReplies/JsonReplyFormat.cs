using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Messages as JSON for the web, where no transport says otherwise.</summary>
internal sealed class JsonReplyFormat : IReplyFormat
{
    public JsonSerializerOptions JsonOptions => JsonSerializerOptions.Web;

    public string NameOf(Type messageType) => TypeNames.FullOf(messageType);

    public TRequest Normalize<TRequest>(TRequest request)
        where TRequest : class =>
        request;

    public bool IsComplete(Type messageType) => true;
}
