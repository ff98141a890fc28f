namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which broker, and how patiently it is asked.</summary>
public sealed record DeadLetterOptions
{
    /// <summary>Where AMQP answers, for example <c>amqp://user:password@host:5672/vhost</c>.</summary>
    public required Uri Broker { get; init; }

    /// <summary>
    /// Where the management API answers, for example <c>https://rabbit.example:15671</c>. Null: on the broker's host, port 15672, or
    /// 15671 with TLS for <c>amqps</c>. Without credentials of its own it gets the broker's.
    /// </summary>
    public Uri? Management { get; init; }

    /// <summary>Whether the management API is asked at all. Default: true. It failing is no error.</summary>
    public bool UseManagement { get; init; } = true;

    /// <summary>How long one answer of the broker may take, and how long a whole count or listing. Default: 10 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long what was read may be shown again. 0 reads anew each time. Default: 5 minutes.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes of what was read, bodies, headers and all, are kept over all queues. Default: 64 MiB.</summary>
    public long CachedBytes { get; init; } = 64L * 1024 * 1024;
}
