using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The replies that a requester understands, as far as it says so.</summary>
internal sealed class AcceptedReplies(ConsumeContext request)
{
    // As a rule nobody asks: it is read from the message's body only then.
    private IList<string>? _accepted;

    private IList<string> Accepted => _accepted ??= Read();

    /// <summary>It accepts replies of this type, or does not say which ones it does.</summary>
    public bool Include(Type reply) => Accepted.Count == 0 || Accepted.Any(accepted => Is(reply, accepted));

    /// <summary>A reply of this type is what it waits for, and all that it waits for.</summary>
    public bool AreOnly(Type reply) => Accepted is [var only] && Is(reply, only);

    private static bool Is(Type reply, string accepted) =>
        MessageTypeCache.GetMessageTypeNames(reply).Contains(accepted, StringComparer.OrdinalIgnoreCase);

    // Anybody can write a header, of any type.
    private IList<string> Read()
    {
        try
        {
            return request.GetHeader<IList<string>>(MessageHeaders.Request.Accept) ?? [];
        }
        catch (Exception)
        {
            return [];
        }
    }
}
