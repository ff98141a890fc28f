namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>When a request was sent, and until when its sender waits: both are times of the sender's clock.</summary>
/// <param name="Sent">When it was sent; null where the request does not say.</param>
/// <param name="Expires">Until when its sender waits; null where the request does not say.</param>
public readonly record struct RequestTimes(DateTimeOffset? Sent, DateTimeOffset? Expires)
{
    /// <summary>How long the sender meant to wait when it sent the request; zero where it has not said.</summary>
    public TimeSpan Given => Life ?? TimeSpan.Zero;

    // No clock makes a request live longer than its sender meant it to when it was sent.
    private TimeSpan? Life => Expires is { } expires && Sent is { } sent && expires > sent ? expires - sent : null;

    /// <summary>The sender has given up, even if its clock is behind ours by all of <c>Timeout:ClockSkewTolerance</c>.</summary>
    /// <param name="settings">The settings that apply.</param>
    /// <param name="now">The time of this process's clock.</param>
    public bool HavePassed(TimeoutOptions settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Expires - now <= -settings.ClockSkewTolerance;
    }

    /// <summary>The time to answer in, not less than zero; null where the sender has not said how long it waits.</summary>
    /// <inheritdoc cref="HavePassed" path="/param"/>
    public TimeSpan? Left(TimeoutOptions settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Expires - now is not { } left)
            return null;

        // Really left is something from left - tolerance to left + tolerance, and not less than nothing: the middle is the best guess.
        TimeSpan tolerance = settings.ClockSkewTolerance;
        TimeSpan guess = left < tolerance ? (left + tolerance) / 2 : left;
        TimeSpan time = Life is { } life && life < guess ? life : guess;
        return time > TimeSpan.Zero ? time : TimeSpan.Zero;
    }
}
