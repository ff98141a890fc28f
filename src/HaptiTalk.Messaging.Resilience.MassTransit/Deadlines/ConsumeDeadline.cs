using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The time by which the attempt that consumes a message must be done. What is called meanwhile gets a little less than what is
/// left, so that a call that takes too long can still be answered by its fallback before the attempt itself is over.
/// </summary>
internal sealed class ConsumeDeadline
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _time;
    private readonly long _startedAt;

    private ConsumeDeadline(TimeSpan time, TimeProvider clock)
    {
        _time = time;
        _clock = clock;
        _startedAt = clock.GetTimestamp();
    }

    public static ConsumeDeadline After(TimeSpan time, TimeProvider clock) => new(time, clock);

    /// <summary>The time a call may take: its own total, or what is left of the attempt it is made in.</summary>
    public static TimeSpan Limit(TimeSpan total, ConsumeContext? consuming)
    {
        if (consuming is null || !consuming.TryGetPayload(out ConsumeDeadline? deadline))
            return total;

        TimeSpan left = ReplyTime.Before(deadline._time - deadline._clock.GetElapsedTime(deadline._startedAt));
        return left < total ? left : total;
    }
}
