namespace HaptiTalk.Messaging.Resilience;

/// <summary>Which page to read.</summary>
public sealed record DeadLetterPeekOptions
{
    /// <summary>Messages before the page. 0 to 60,000. To reach the page they are read, too, and given back. Default: 0.</summary>
    public int Skip { get; init; }

    /// <summary>Messages on the page. 1 to 1,000. Default: 50.</summary>
    public int Take { get; init; } = 50;

    /// <summary>Whether the queue is read again, even if what was read is still at hand. Default: false.</summary>
    public bool Refresh { get; init; }

    /// <summary>How much of each body is kept, in bytes. 0 or more. Default: 64 KiB.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether the queue may be one that is consumed, or that is not known to hold dead letters. Its consumers go without what is
    /// being looked at. Default: false.
    /// </summary>
    public bool AnyQueue { get; init; }
}

/// <summary>A page of a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Depth">Messages in it when it was read, the page's own among them.</param>
/// <param name="Messages">The messages, from the head on.</param>
/// <param name="ReadAt">When they were read from the broker.</param>
/// <param name="IsFromCache">Whether that was for an earlier call.</param>
/// <param name="Incomplete">Why there are fewer messages than were asked for and are there; null when there are not.</param>
public sealed record DeadLetterPage(
    string Queue, long Depth, IReadOnlyList<DeadLetter> Messages, DateTimeOffset ReadAt, bool IsFromCache, string? Incomplete);

/// <summary>How far to read.</summary>
public sealed record DeadLetterScanOptions
{
    /// <summary>Messages to read at most, from the head. 1 to 60,000. Default: 10,000.</summary>
    public int MaxMessages { get; init; } = 10_000;

    /// <summary>Messages to return at most. 1 to 10,000. Default: 200.</summary>
    public int MaxMatches { get; init; } = 200;

    /// <summary>Bytes of bodies to read at most. Default: 512 MiB.</summary>
    public long MaxBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How much of each returned body is kept, in bytes. 0 or more. Default: 64 KiB.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether the queue may be one that is consumed, or that is not known to hold dead letters. Its consumers go without what is
    /// being looked at. Default: false.
    /// </summary>
    public bool AnyQueue { get; init; }
}

/// <summary>What was found.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Depth">Messages in it when it was read.</param>
/// <param name="Scanned">Messages that were looked at, from the head on.</param>
/// <param name="Matches">Messages that fit, those not returned too.</param>
/// <param name="Messages">Those that fit, from the head on, as many as were asked for.</param>
/// <param name="Incomplete">Why not all were looked at; null when they were.</param>
public sealed record DeadLetterSearchResult(
    string Queue, long Depth, long Scanned, long Matches, IReadOnlyList<DeadLetter> Messages, string? Incomplete);
