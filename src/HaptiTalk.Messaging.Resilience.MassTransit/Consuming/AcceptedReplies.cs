using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The replies that a requester understands, as far as it says so.</summary>
internal sealed class AcceptedReplies(ConsumeContext request)
{
    private readonly IList<string> _accepted = Read(request);

    /// <summary>It accepts replies of this type, or does not say which ones it does.</summary>
    public bool Include(Type reply) => _accepted.Count == 0 || _accepted.Any(accepted => Is(reply, accepted));

    /// <summary>A reply of this type is what it waits for, and all that it waits for.</summary>
    public bool AreOnly(Type reply) => _accepted is [var only] && Is(reply, only);

    private static bool Is(Type reply, string accepted) =>
        MessageTypeCache.GetMessageTypeNames(reply).Contains(accepted, StringComparer.OrdinalIgnoreCase);

    // Anybody can write a header, of any type.
    private static IList<string> Read(ConsumeContext request)
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
