namespace HaptiTalk.Messaging.Resilience;

/// <summary>What decides how a queue is looked at.</summary>
internal sealed record QueueFacts(
    string Queue,
    string VirtualHost,
    BrokerVersion Version,
    BrokerQueueType Type,
    DeliveryLimit Limit,
    string? DeadLetterExchange = null,
    string? Policy = null,
    bool HasLimitArgument = false)
{
    /// <summary>How near its delivery limit a message may be and still be held: a crash costs it one delivery.</summary>
    public const int Margin = 5;

    /// <summary>What a quorum queue allows that nobody gave a limit, and from which version on.</summary>
    private const int DefaultLimit = 20;

    private static readonly BrokerVersion LimitedByDefault = new(4, 0);

    public static QueueFacts Of(ManagedQueue queue, string virtualHost, BrokerVersion version) => new(
        queue.Name,
        virtualHost,
        version,
        queue.QueueType,
        LimitOf(queue, version),
        queue.TextOf("dead-letter-exchange"),
        queue.Policy,
        queue.ArgumentOf("delivery-limit") >= 0);

    /// <summary>Without the management API only the default is known, and a policy may have changed it.</summary>
    public static QueueFacts Of(string queue, string virtualHost, BrokerVersion version, BrokerQueueType type) =>
        new(queue, virtualHost, version, type, type == BrokerQueueType.Quorum ? DeliveryLimit.Unknown : DeliveryLimit.None);

    /// <summary>Whether a message with so many deliveries is too near the limit to be held.</summary>
    public bool IsNearLimit(long deliveries) => Limit.Limit is { } limit && deliveries > 0 && deliveries >= limit - Margin;

    private static DeliveryLimit LimitOf(ManagedQueue queue, BrokerVersion version)
    {
        if (queue.QueueType == BrokerQueueType.Quorum && !queue.KnowsPolicies)
            return DeliveryLimit.Unknown;
        return LimitOf(queue.QueueType, version, queue.ArgumentOf("delivery-limit"), queue.LimitByPolicy("delivery-limit"));
    }

    internal static DeliveryLimit LimitOf(BrokerQueueType type, BrokerVersion version, int? argument, int? policy)
    {
        if (type != BrokerQueueType.Quorum)
            return DeliveryLimit.None;
        int? limit = ManagedQueue.SmallerLimit(argument, policy) ?? (version >= LimitedByDefault ? DefaultLimit : null);
        return limit is >= 0 ? new(IsKnown: true, limit) : DeliveryLimit.None;
    }
}
