namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// What one hop of a chain sets aside: a call that a consumer makes gets that much less than the consumer itself has left. When the
/// call has used up its time, a fallback may still take 50 ms, and the answer that is made of it must travel back: a broker that is
/// well takes a few milliseconds for that. A short time cannot spare as much: of it a twentieth is set aside, so that a chain of five
/// gives its last service four fifths of what it would have.
/// </summary>
/// <remarks>
/// The consumer itself loses nothing: its time is its caller's. When that is over, the caller knows; only where a fallback is to
/// answer in the consumer's place it must end so much earlier.
/// </remarks>
public static class ReplyTime
{
    private const int Share = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    /// <summary>What a call gets of the time that the consumer which makes it has left.</summary>
    /// <param name="left">What the consumer has left.</param>
    public static TimeSpan Before(TimeSpan left)
    {
        TimeSpan share = left / Share;
        return left - (share < Longest ? share : Longest);
    }
}
