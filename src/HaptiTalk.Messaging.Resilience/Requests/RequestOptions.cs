namespace HaptiTalk.Messaging.Resilience;

/// <summary>How requests are sent to a service, and what it keeps of those that fail (<c>Requests</c>).</summary>
public sealed record RequestOptions
{
    /// <summary>
    /// Whether the broker writes requests to its disk before it confirms them. Default true. A request whose caller waits five
    /// seconds has no use for it: false makes calls faster, and a broker that restarts forgets those that are under way, which
    /// end as timeouts do. Quorum queues write every message, whatever this says.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// Whether a request that this service consumes and that fails leaves a copy in the error queue, beside the fault that its
    /// requester gets. Default <see cref="ErrorCopies.Always"/>. Events and commands are not concerned.
    /// </summary>
    public ErrorCopies ErrorCopies { get; init; } = ErrorCopies.Always;
}
