namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to read of a queue, and how.</summary>
/// <param name="Facts">The queue.</param>
/// <param name="Method">How what was read is given back.</param>
/// <param name="Depth">Messages in it.</param>
/// <param name="Messages">Messages to look at, at most.</param>
/// <param name="MaxBytes">Bytes of bodies to look at, at most.</param>
internal sealed record ReadPlan(QueueFacts Facts, PeekMethod Method, long Depth, int Messages, long MaxBytes)
{
    /// <summary>Takes some out before the rest goes back; null when all goes back.</summary>
    public Taking? Taking { get; init; }

    public bool DespiteLimit => Taking is { DespiteLimit: true };
}

/// <summary>Reading that takes messages out.</summary>
/// <param name="Tags">The deliveries to take out, which the visitor adds to, in their order.</param>
/// <param name="ApproveAsync">Whether they may leave now. Not asked when reading failed.</param>
/// <param name="Everything">Whether that is all that is read, so that nothing has to go back in order.</param>
/// <param name="DespiteLimit">Whether to hold messages near their delivery limit.</param>
internal sealed record Taking(List<ulong> Tags, Func<Task<bool>> ApproveAsync, bool Everything, bool DespiteLimit);

/// <summary>What came of reading.</summary>
/// <param name="Seen">Messages looked at.</param>
/// <param name="Incomplete">Why there are fewer than planned; null when there are not.</param>
/// <param name="NearLimit">The deliveries of a message too near its limit, which ended the reading; null for none.</param>
internal sealed record ReadResult(long Seen, string? Incomplete, long? NearLimit);
