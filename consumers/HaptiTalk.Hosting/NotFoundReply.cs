using HaptiTalk.Contracts;
using MassTransit;

namespace HaptiTalk.Hosting;

/// <summary>The answer about something a service does not know.</summary>
public static class NotFoundReply
{
    /// <summary>Answers <see cref="NotFound"/> to a requester that accepts it.</summary>
    /// <exception cref="ArgumentException">The requester accepts nothing but the real reply: it gets a fault, not silence until its timeout.</exception>
    public static Task RespondNotFoundAsync<TRequest>(this ConsumeContext<TRequest> context, string what, string id)
        where TRequest : class =>
        context.IsResponseAccepted<NotFound>()
            ? context.RespondAsync(new NotFound(what, id))
            : throw new ArgumentException($"There is no {what} '{id}'.", nameof(id));
}
