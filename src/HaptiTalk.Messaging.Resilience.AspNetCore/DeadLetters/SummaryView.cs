namespace HaptiTalk.Messaging.Resilience;

/// <summary>A queue's messages in groups, without anything out of a message but types and names.</summary>
internal sealed record SummaryView(
    string Queue, long Depth, long Scanned, IReadOnlyList<DeadLetterGrouping> By, IReadOnlyList<GroupView> Groups, long Ungrouped, string? Incomplete)
{
    public static SummaryView From(DeadLetterSummary summary) => new(
        summary.Queue,
        summary.Depth,
        summary.Scanned,
        summary.By,
        [.. summary.Groups.Select(group => GroupView.From(group, summary.By))],
        summary.Ungrouped,
        summary.Incomplete);
}

/// <summary>One group: what its messages have in common, how many, from when to when, and what selects them.</summary>
internal sealed record GroupView(
    IReadOnlyDictionary<string, string?> Key, long Count, DateTimeOffset? Oldest, DateTimeOffset? Newest, MessageSelection Select)
{
    public static GroupView From(DeadLetterGroup group, IReadOnlyList<DeadLetterGrouping> by) => new(
        by.Zip(group.Key).ToDictionary(pair => EnumText.NameOf(pair.First), pair => pair.Second, StringComparer.Ordinal),
        group.Count,
        group.Oldest,
        group.Newest,
        MessageSelection.Of(group.Query));
}
