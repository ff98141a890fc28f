using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The time by which the message being consumed must be done; what is called meanwhile gets no more than what is left.</summary>
internal sealed class ConsumeDeadline(Execution execution)
{
    public static TimeSpan Limit(TimeSpan total, ConsumeContext? consuming)
    {
        if (consuming is null || !consuming.TryGetPayload(out ConsumeDeadline? deadline))
            return total;

        TimeSpan left = deadline.Remaining;
        return left < total ? left : total;
    }

    private TimeSpan Remaining => execution.Remaining;
}
