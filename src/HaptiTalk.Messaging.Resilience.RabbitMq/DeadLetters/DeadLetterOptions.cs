namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which broker to ask, and how.</summary>
public sealed record DeadLetterOptions
{
    /// <summary>Where AMQP answers, for example <c>amqp://user:password@host:5672/vhost</c>.</summary>
    public required Uri Broker { get; init; }

    /// <summary>
    /// Where the management API answers, for example <c>https://rabbit.example:15671</c>. Null: on the broker's host, port 15672, or
    /// 15671 with TLS for <c>amqps</c>. Without credentials of its own it gets the broker's.
    /// </summary>
    public Uri? Management { get; init; }

    /// <summary>Whether to ask the management API. Default: true. When it does not answer, less is known, and nothing fails.</summary>
    public bool UseManagement { get; init; } = true;

    /// <summary>How long one answer of the broker may take, and how long a whole count or listing. Default: 10 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long messages that were read stay in the cache. 0 turns the cache off. Default: 5 minutes.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The size of the cache in bytes, over all queues. Bodies and headers count. Default: 64 MiB.</summary>
    public long CachedBytes { get; init; } = 64L * 1024 * 1024;
}
