using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>How long the sender of a request still waits, by the expiration time it put on it: a time of its own clock.</summary>
internal static class RequestDeadline
{
    /// <summary>Whether anybody waits for an answer.</summary>
    public static bool IsRequest(ConsumeContext context) => context.RequestId.HasValue && context.ResponseAddress is not null;

    /// <summary>The sender has given up, even if its clock is behind ours by all that is tolerated.</summary>
    public static bool HasPassed(ConsumeContext context, TimeoutOptions settings, TimeProvider clock) =>
        IsRequest(context) && context.ExpirationTime is not null && TimesOf(context).HavePassed(settings, clock.GetUtcNow());

    /// <summary>The time to answer in; null where nobody waits, or has not said how long.</summary>
    public static TimeSpan? Left(ConsumeContext context, TimeoutOptions settings, TimeProvider clock) =>
        IsRequest(context) && context.ExpirationTime is not null ? TimesOf(context).Left(settings, clock.GetUtcNow()) : null;

    /// <summary>How long the sender meant to wait when it sent the request; zero where it has not said.</summary>
    public static TimeSpan Given(ConsumeContext context) => TimesOf(context).Given;

    private static RequestTimes TimesOf(ConsumeContext context) => new(Utc(context.SentTime), Utc(context.ExpirationTime));

    // Other senders than MassTransit's may write a time with an offset, which is read as one of this machine's zone.
    private static DateTimeOffset? Utc(DateTime? time) => time switch
    {
        null => null,
        { Kind: DateTimeKind.Local } local => new DateTimeOffset(local),
        { } utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)),
    };
}
