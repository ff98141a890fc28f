namespace HaptiTalk.Messaging.Resilience;

/// <summary>A replay as it stands.</summary>
/// <param name="Id">Its name here.</param>
/// <param name="Queue">The queue of dead letters.</param>
/// <param name="State"><c>running</c>, <c>stopping</c>, <c>ended</c> or <c>failed</c>.</param>
/// <param name="Who">Who began it.</param>
/// <param name="Reason">Why, as that person said.</param>
/// <param name="Messages">Which messages, in words.</param>
/// <param name="Target">The queue they go to; null for where each came from.</param>
/// <param name="RatePerSecond">The pace that was set; null for none.</param>
/// <param name="InBatches">Whether it goes in growing batches.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Progress">How far it is; null before the first half second.</param>
/// <param name="Report">What became of the messages; null while it runs, and where it failed.</param>
/// <param name="Problem">Why it failed; null where it did not.</param>
internal sealed record ReplayView(
    string Id,
    string Queue,
    string State,
    string Who,
    string? Reason,
    string Messages,
    string? Target,
    double? RatePerSecond,
    bool InBatches,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ReplayProgress? Progress,
    ReplayReport? Report,
    string? Problem);
