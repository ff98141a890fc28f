using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How long the sender of a request still waits, by the expiration time it put on it: a time of its own clock.</summary>
internal static class RequestDeadline
{
    /// <summary>Whether anybody waits for an answer.</summary>
    public static bool IsRequest(ConsumeContext context) => context.RequestId.HasValue && context.ResponseAddress is not null;

    /// <summary>The sender has given up, even if its clock is behind ours by all that is tolerated.</summary>
    public static bool HasPassed(ConsumeContext context, ProfileModel model, TimeProvider clock) =>
        Left(context, clock) <= -model.Profile.Timeout.ClockSkewTolerance;

    /// <summary>The time to answer in; null where nobody waits, or has not said how long.</summary>
    public static TimeSpan? Left(ConsumeContext context, ProfileModel model, TimeProvider clock)
    {
        if (Left(context, clock) is not { } left)
            return null;

        // Really left is something from left - tolerance to left + tolerance, and not less than nothing: the middle is the best guess.
        TimeSpan tolerance = model.Profile.Timeout.ClockSkewTolerance;
        TimeSpan guess = left < tolerance ? (left + tolerance) / 2 : left;
        TimeSpan time = Life(context) is { } life && life < guess ? life : guess;
        return time > TimeSpan.Zero ? time : TimeSpan.Zero;
    }

    /// <summary>How long the sender meant to wait when it sent the request; zero where it has not said.</summary>
    public static TimeSpan Given(ConsumeContext context) => Life(context) ?? TimeSpan.Zero;

    private static TimeSpan? Left(ConsumeContext context, TimeProvider clock) =>
        IsRequest(context) && context.ExpirationTime is { } expires ? Utc(expires) - clock.GetUtcNow().UtcDateTime : null;

    // No clock makes a request live longer than its sender meant it to when it was sent.
    private static TimeSpan? Life(ConsumeContext context) =>
        context.ExpirationTime is { } expires && context.SentTime is { } sent && Utc(expires) > Utc(sent) ? Utc(expires) - Utc(sent) : null;

    // Other senders than MassTransit's may write a time with an offset, which is read as one of this machine's zone.
    private static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time;
}
