namespace HaptiTalk.Messaging.Resilience;

/// <summary>What messages are grouped by.</summary>
public enum DeadLetterGrouping
{
    /// <summary>The type of the exception.</summary>
    ExceptionType,

    /// <summary>The message's type.</summary>
    MessageType,

    /// <summary>The consumer that failed.</summary>
    Consumer,

    /// <summary>The queue they were consumed from.</summary>
    InputQueue,

    /// <summary>The hour (UTC) they failed in.</summary>
    Hour,

    /// <summary>Exception type and top stack frames.</summary>
    Fingerprint,
}

/// <summary>A queue's messages in groups.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Depth">Messages in it when it was read.</param>
/// <param name="Scanned">Messages that were looked at, from the head on.</param>
/// <param name="By">What they are grouped by.</param>
/// <param name="Groups">The groups, the largest first; at most 1,000.</param>
/// <param name="Ungrouped">Messages that were looked at and belong to none of them, because there would be too many groups.</param>
/// <param name="Incomplete">Why not all were looked at; null when they were.</param>
public sealed record DeadLetterSummary(
    string Queue,
    long Depth,
    long Scanned,
    IReadOnlyList<DeadLetterGrouping> By,
    IReadOnlyList<DeadLetterGroup> Groups,
    long Ungrouped,
    string? Incomplete);

/// <summary>Messages that have something in common.</summary>
/// <param name="Key">What, in the order of <see cref="DeadLetterSummary.By"/>; null for those that say nothing.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">When the first of them failed; null when none says.</param>
/// <param name="Newest">When the last of them failed; null when none says.</param>
/// <param name="Sample">One of them, without its body.</param>
/// <param name="Query">Finds them: for a search, a replay, an export.</param>
public sealed record DeadLetterGroup(
    IReadOnlyList<string?> Key, long Count, DateTimeOffset? Oldest, DateTimeOffset? Newest, DeadLetter Sample, DeadLetterQuery Query);
