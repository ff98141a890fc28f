namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Waits until what was given back is in its queue again: the broker puts it there after it has answered. A look is over when the
/// queue is as it was.
/// </summary>
internal static class QueueSettling
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // Where another consumes, it may not come back at all. Our own consumer may still be counted for a moment.
    private static readonly TimeSpan LongestBesideConsumers = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    public static async Task WaitAsync(BrokerSession session, string queue, long messages, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (await session.DeclarePassivelyAsync(queue, cancellationToken).ConfigureAwait(false) is { } now
            && now.MessageCount < messages
            && time.GetElapsedTime(started) < (now.ConsumerCount == 0 ? Longest : LongestBesideConsumers))
        {
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
