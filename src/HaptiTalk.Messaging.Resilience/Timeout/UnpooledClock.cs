namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The clock for Polly's timeouts. On the system's own clock they use their cancellation sources again, and a token that the work
/// has kept would be cancelled by the timeout of a later call. On any other clock each is new.
/// </summary>
internal sealed class UnpooledClock(TimeProvider clock) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
