namespace HaptiTalk.Messaging.Resilience;

/// <summary>What became of one message.</summary>
public enum ReplayOutcome
{
    /// <summary>The target has it, confirmed, and the queue of dead letters does not any more.</summary>
    Replayed,

    /// <summary>A dry run would have replayed it.</summary>
    WouldReplay,

    /// <summary>Kept: it has been replayed as often as allowed.</summary>
    HeldBack,

    /// <summary>Kept: a request that nobody waits for.</summary>
    RequesterGone,

    /// <summary>Kept: nothing says where it came from, and no target was given.</summary>
    NoTarget,

    /// <summary>Kept: the broker has no such target queue.</summary>
    TargetMissing,

    /// <summary>Kept: the target took no more, for example because it is full.</summary>
    TargetRefused,

    /// <summary>Kept: these credentials may not write there.</summary>
    NotPermitted,

    /// <summary>Sent, and neither confirmed nor refused: it is kept, and may be in the target as well.</summary>
    InDoubt,

    /// <summary>Kept: only its headers say where it came from, which its sender may have written.</summary>
    TargetUnconfirmed,

    /// <summary>Kept: it cannot be read, or cannot be sent as it is, for example because its headers are too large.</summary>
    MessageRefused,
}

/// <summary>Why a replay ended.</summary>
public enum ReplayStop
{
    /// <summary>Everything meant was dealt with.</summary>
    Completed,

    /// <summary>The caller stopped it.</summary>
    Cancelled,

    /// <summary>Too many messages came back.</summary>
    TooManyReturned,

    /// <summary>A batch was not taken up by consumers in time.</summary>
    NotConsumed,

    /// <summary>A target queue disappeared.</summary>
    TargetMissing,

    /// <summary>A target queue took no more.</summary>
    TargetRefused,

    /// <summary>These credentials may not write to the target.</summary>
    NotPermitted,

    /// <summary>Messages were so near their delivery limit that going on was not safe.</summary>
    NearDeliveryLimit,

    /// <summary>More messages had to be kept than the broker lets one consumer hold.</summary>
    TooManyKept,

    /// <summary>The queue of dead letters disappeared.</summary>
    SourceGone,

    /// <summary>The broker was lost, or did not confirm in time.</summary>
    BrokerLost,

    /// <summary>Not everything: other consumers, as looks are, held messages, or a dry run could see no more.</summary>
    Incomplete,

    /// <summary>The broker takes a message from nobody, for example because it is larger than it allows.</summary>
    MessageRefused,
}

/// <summary>One message and its outcome.</summary>
/// <param name="Id">Its <see cref="DeadLetter.Id"/>.</param>
/// <param name="MessageId">Its AMQP message id, if any.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Target">Where it went or would have gone; null when nothing says.</param>
/// <param name="Detail">More about it, in words; null when the outcome says it all.</param>
public sealed record ReplayedMessage(string Id, string? MessageId, ReplayOutcome Outcome, string? Target, string? Detail);

/// <summary>How far a replay is.</summary>
/// <param name="Total">Messages to look at.</param>
/// <param name="Seen">Messages looked at.</param>
/// <param name="Replayed">Messages replayed and confirmed.</param>
/// <param name="Kept">Messages meant and kept.</param>
/// <param name="Returned">Messages of this replay that came back, as far as seen.</param>
/// <param name="PerSecond">Messages looked at per second, over all.</param>
/// <param name="Remaining">How long the rest will take at that speed; null before there is one.</param>
public sealed record ReplayProgress(long Total, long Seen, long Replayed, long Kept, long Returned, double PerSecond, TimeSpan? Remaining);

/// <summary>What became of a replay.</summary>
public sealed record ReplayReport
{
    /// <summary>Names this replay; its messages carry it in <c>Resilience-Replay-Id</c>.</summary>
    public required string Run { get; init; }

    /// <summary>The queue of dead letters.</summary>
    public required string Queue { get; init; }

    /// <summary>Whether nothing was done but looking.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Why it ended.</summary>
    public required ReplayStop Stop { get; init; }

    /// <summary>The same in words, with what to do about it; null when it completed.</summary>
    public string? Problem { get; init; }

    /// <summary>Messages by outcome; what there were none of is not listed.</summary>
    public required IReadOnlyDictionary<ReplayOutcome, long> Outcomes { get; init; }

    /// <summary>Messages by target queue.</summary>
    public required IReadOnlyDictionary<string, long> Targets { get; init; }

    /// <summary>Messages looked at that were not meant.</summary>
    public required long NotSelected { get; init; }

    /// <summary>Messages of this replay that came back while it ran, as far as seen.</summary>
    public required long Returned { get; init; }

    /// <summary>How messages that came back were recognised.</summary>
    public required ReturnWatch ReturnWatch { get; init; }

    /// <summary>Messages that may be in both queues now.</summary>
    public long PossibleDuplicates => Of(ReplayOutcome.InDoubt) + UnackedReplays;

    /// <summary>Messages that the target has and whose removal from the queue of dead letters the broker may not have noted.</summary>
    public long UnackedReplays { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Messages with their outcomes: of a dry run the first 1,000, otherwise the first 1,000 that were kept.</summary>
    public required IReadOnlyList<ReplayedMessage> Messages { get; init; }

    /// <summary>What else to know, for example a target that drops its oldest messages when it is full.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Messages with one outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public long Of(ReplayOutcome outcome) => Outcomes.GetValueOrDefault(outcome);
}

/// <summary>How messages that come back are recognised.</summary>
public enum ReturnWatch
{
    /// <summary>They were not watched for: it was no replay in batches.</summary>
    None,

    /// <summary>By their header, in a copy of what arrives in the queue of dead letters.</summary>
    Copies,

    /// <summary>By the queue's growth, which other failures add to: there are no more than this.</summary>
    Growth,
}
