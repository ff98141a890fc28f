namespace HaptiTalk.Messaging.Resilience;

/// <summary>Some messages of a queue, from its head on: a page of all, or of those that fit.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Depth">Messages in it when it was read.</param>
/// <param name="Matches">Messages that fit, those not shown too; without filters all of them.</param>
/// <param name="Skip">Messages before these.</param>
/// <param name="Messages">The messages, each with the beginning of its body.</param>
/// <param name="ReadAt">When they were read from the broker.</param>
/// <param name="IsFromCache">Whether that was for somebody before.</param>
/// <param name="Incomplete">Why not all were looked at; null when they were.</param>
internal sealed record MessageList(
    string Queue, long Depth, long Matches, int Skip, IReadOnlyList<DeadLetter> Messages, DateTimeOffset ReadAt, bool IsFromCache, string? Incomplete)
{
    public static MessageList From(DeadLetterPage page, int skip) =>
        new(page.Queue, page.Depth, page.Depth, skip, page.Messages, page.ReadAt, page.IsFromCache, page.Incomplete);

    public static MessageList From(DeadLetterSearchResult found, int skip, DateTimeOffset readAt) =>
        new(found.Queue, found.Depth, found.Matches, skip, [.. found.Messages.Skip(skip)], readAt, IsFromCache: false, found.Incomplete);
}
