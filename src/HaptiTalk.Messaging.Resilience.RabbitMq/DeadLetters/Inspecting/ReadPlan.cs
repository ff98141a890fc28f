namespace HaptiTalk.Messaging.Resilience;

/// <summary>What to read of a queue, and how.</summary>
/// <param name="Facts">The queue.</param>
/// <param name="Way">How what was read is given back.</param>
/// <param name="Messages">Messages to read: there are as many, and no more are asked for.</param>
/// <param name="MaxBytes">Bytes of bodies to read.</param>
internal sealed record ReadPlan(QueueFacts Facts, PeekWay Way, int Messages, long MaxBytes)
{
    /// <summary>How near its delivery limit a message may be and still be held: a crash costs it one delivery.</summary>
    public const int Margin = 5;

    /// <summary>What a limit has to do with holding: with none there is nothing to lose.</summary>
    public bool IsNearLimit(long deliveries) => Facts.Limit.Limit is { } limit && deliveries > 0 && deliveries >= limit - Margin;
}

/// <summary>What came of reading.</summary>
/// <param name="Read">Messages read.</param>
/// <param name="Incomplete">Why there are fewer than planned; null when there are not.</param>
/// <param name="NearLimit">The deliveries of a message too near its limit, which ended the reading; null for none.</param>
internal sealed record ReadResult(long Read, string? Incomplete, long? NearLimit);
