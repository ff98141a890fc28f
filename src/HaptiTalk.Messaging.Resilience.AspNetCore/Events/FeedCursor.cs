namespace HaptiTalk.Messaging.Resilience;

/// <summary>What has been seen of a feed: the number of the last event of either kind.</summary>
internal readonly record struct FeedCursor(long Rare, long PerCall)
{
    public static FeedCursor After(long id) => new(id, id);
}

/// <summary>A stretch of events.</summary>
/// <param name="HasLost">There were earlier ones that are not kept any more.</param>
/// <param name="Cursor">Where to go on.</param>
/// <param name="Entries">The events, oldest first.</param>
internal readonly record struct FeedBatch(bool HasLost, FeedCursor Cursor, IReadOnlyList<FeedEntry> Entries);
