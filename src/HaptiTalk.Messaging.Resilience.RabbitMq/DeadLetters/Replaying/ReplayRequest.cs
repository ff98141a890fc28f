namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to replay, where to, and how fast.</summary>
public sealed record ReplayRequest
{
    /// <summary>The slowest <see cref="RatePerSecond"/>: slower, and the broker takes back what is held for so long.</summary>
    public const double SlowestRate = 0.001;

    /// <summary>The fastest <see cref="RatePerSecond"/>, faster than any broker.</summary>
    public const double FastestRate = 1_000_000;

    /// <summary>The queue of dead letters.</summary>
    public required string Queue { get; init; }

    /// <summary>Which messages. Default: all.</summary>
    public DeadLetterQuery Select { get; init; } = DeadLetterQuery.Everything;

    /// <summary>
    /// The queue they go to. Null: to where each came from, as the broker says, or the name of <see cref="Queue"/> without
    /// <c>_error</c> or <c>_skipped</c>. What only a header says is not followed: see <see cref="TrustHeaders"/>.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>
    /// Whether each goes where its own headers say. Anybody who may send to <see cref="Queue"/> can write them, and chooses the target
    /// then. Default: false.
    /// </summary>
    public bool TrustHeaders { get; init; }

    /// <summary>Whether it is only said what would happen. Nothing is sent and nothing removed. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Messages to replay at most; null for all. 1 or more.</summary>
    public long? Limit { get; init; }

    /// <summary>Messages per second; null for as fast as it goes. 0.001 to 1,000,000.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Growing batches, each looked after before the next; null for none.</summary>
    public ReplayBatches? Batches { get; init; }

    /// <summary>What becomes of requests that nobody waits for any more. Default: <see cref="AbandonedRequests.Skip"/>.</summary>
    public AbandonedRequests AbandonedRequests { get; init; }

    /// <summary>A message that has been replayed this often is held back. 1 or more. Default: 3.</summary>
    public int MaxReplays { get; init; } = 3;

    /// <summary>Messages sent and not yet removed from the queue of dead letters, at most. 1 to 10,000. Default: 1,000.</summary>
    public int Window { get; init; } = 1_000;

    /// <summary>
    /// Whether to go on where a message is so near its delivery limit that a crash meanwhile could make the broker drop it.
    /// Default: false.
    /// </summary>
    public bool DespiteDeliveryLimit { get; init; }

    /// <summary>
    /// Names this replay, see <see cref="ReplayReport.Run"/>, for whoever has to know the name before it ends: 1 to 64 letters and
    /// digits of ASCII. Default: null, which gives it a new name.
    /// </summary>
    public string? Run { get; init; }

    /// <summary>Told what becomes of every single message; null for nobody.</summary>
    public IProgress<ReplayedMessage>? Outcomes { get; init; }
}

/// <summary>Batches that grow, and stop by themselves when too much comes back.</summary>
public sealed record ReplayBatches
{
    /// <summary>The sizes, one after the other; the last one repeats. Each 1 or more. Default: 1, 5, 20, 100.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [1, 5, 20, 100];

    /// <summary>The share of a batch that may come back. 0 to 1; at 0 one message that comes back stops it. Default: 0.1.</summary>
    public double MaxReturnedShare { get; init; } = 0.1;

    /// <summary>How long a batch is looked after once its messages have been taken up. Default: 5 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for a batch to be taken up by consumers; then it stops. Default: 2 minutes.</summary>
    public TimeSpan ConsumeTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>What becomes of a request whose requester is gone: its reply exchange does not exist any more, or its deadline has passed.</summary>
public enum AbandonedRequests
{
    /// <summary>It stays where it is.</summary>
    Skip,

    /// <summary>It is replayed without its reply addresses, so that nobody is answered and no exchange is made for nobody.</summary>
    ReplayWithoutReply,

    /// <summary>It is replayed as it is. The answer makes an exchange that nobody reads.</summary>
    Replay,
}

/// <summary>One message to replay changed.</summary>
public sealed record EditedReplay
{
    /// <summary>The queue of dead letters.</summary>
    public required string Queue { get; init; }

    /// <summary>The message's <see cref="DeadLetter.Id"/> or <see cref="DeadLetter.MessageId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The new body, which may be empty; null keeps the old one. Where the old body is JSON, the new one must be.</summary>
    /// <remarks>An array, because a memory made of a null array is an empty one: no body would be an empty body.</remarks>
    public byte[]? Body { get; init; }

    /// <summary>
    /// Headers to set, as text; null removes one. A name has 255 bytes at most. <c>CC</c> and <c>BCC</c>, which the broker delivers
    /// by, and those that a replay writes cannot be set.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Headers { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The queue it goes to; null as in <see cref="ReplayRequest.Target"/>.</summary>
    public string? Target { get; init; }

    /// <summary>As in <see cref="ReplayRequest.TrustHeaders"/>. Default: false.</summary>
    public bool TrustHeaders { get; init; }

    /// <summary>As in <see cref="ReplayRequest.AbandonedRequests"/>, for an edited request. Default: <see cref="AbandonedRequests.ReplayWithoutReply"/>.</summary>
    public AbandonedRequests AbandonedRequests { get; init; } = AbandonedRequests.ReplayWithoutReply;

    /// <summary>As in <see cref="ReplayRequest.DespiteDeliveryLimit"/>.</summary>
    public bool DespiteDeliveryLimit { get; init; }
}
