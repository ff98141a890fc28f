using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How long the sender of a request still waits, by the expiration time it put on it.</summary>
internal static class RequestDeadline
{
    /// <summary>Whether anybody waits for an answer.</summary>
    public static bool IsRequest(ConsumeContext context) => context.RequestId.HasValue && context.ResponseAddress is not null;

    public static bool HasPassed(ConsumeContext context, TimeProvider clock) => Left(context, clock) <= TimeSpan.Zero;

    /// <summary>The time to answer in: at most <paramref name="total"/>.</summary>
    public static TimeSpan Limit(TimeSpan total, ConsumeContext context, TimeProvider clock)
    {
        if (Left(context, clock) is not { } left)
            return total;

        TimeSpan time = ReplyTime.Before(left);
        return time < total ? time : total;
    }

    private static TimeSpan? Left(ConsumeContext context, TimeProvider clock) =>
        IsRequest(context) && context.ExpirationTime is { } expires ? expires - clock.GetUtcNow().UtcDateTime : null;
}
