using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// How a transport writes messages, for last good replies: what a message carries over the wire it carries there. Register one as a
/// singleton; the default writes any class as JSON for the web.
/// </summary>
public interface IReplyFormat
{
    /// <summary>The rules by which messages are written and read. They are asked for each time.</summary>
    JsonSerializerOptions JsonOptions { get; }

    /// <summary>What a type of messages is called, the same in every process.</summary>
    /// <param name="messageType">The type.</param>
    string NameOf(Type messageType);

    /// <summary>What a request says, for its key: of whatever class that implements an interface, only what the interface has.</summary>
    /// <typeparam name="TRequest">The request's type.</typeparam>
    /// <param name="request">The request.</param>
    TRequest Normalize<TRequest>(TRequest request)
        where TRequest : class;

    /// <summary>
    /// Whether a message carries all of its content. What it does not carry could be gone when the reply is needed, and makes requests
    /// look alike that are not: such replies are not kept.
    /// </summary>
    /// <param name="messageType">The type.</param>
    bool IsComplete(Type messageType);
}
