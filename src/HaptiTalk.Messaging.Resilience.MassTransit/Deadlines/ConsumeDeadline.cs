using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The time by which the attempt that consumes a message must be done. What is called meanwhile gets a little less than what is
/// left, so that a call that takes too long can still be answered by its fallback before the attempt itself is over.
/// </summary>
internal readonly struct ConsumeDeadline(TimeSpan time, TimeProvider clock)
{
    private readonly long _startedAt = clock.GetTimestamp();

    private TimeSpan Left => time - clock.GetElapsedTime(_startedAt);

    /// <summary>The time a call may take: its own total, or what is left of the attempt it is made in.</summary>
    public static TimeSpan Limit(TimeSpan total, ConsumeContext? consuming)
    {
        if (consuming is null || !consuming.TryGetPayload(out IDeadlineContext? bound))
            return total;

        TimeSpan left = ReplyTime.Before(bound.Deadline.Left);
        return left < total ? left : total;
    }
}

/// <summary>A context that a message must be consumed in before a deadline.</summary>
internal interface IDeadlineContext
{
    ConsumeDeadline Deadline { get; }
}
