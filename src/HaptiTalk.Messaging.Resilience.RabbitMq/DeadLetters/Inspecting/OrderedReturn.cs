using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Gives back consumer by consumer, each awaited. A channel to a quorum queue that has acknowledged much sends what it could not
/// send yet in an order of its own, or, when it is closed, not at all; what is back in the queue has been sent.
/// </summary>
internal static class OrderedReturn
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    /// <param name="channel">Holds them.</param>
    /// <param name="queue">Gets them.</param>
    /// <param name="groups">For each consumer the last delivery that is held, and how many are.</param>
    /// <param name="time">The clock.</param>
    public static async Task RunAsync(IChannel channel, string queue, IReadOnlyList<(ulong LastTag, long Held)> groups, TimeProvider time)
    {
        if (groups.Count == 0)
            return;
        long ready = await channel.MessageCountAsync(queue).ConfigureAwait(false);
        foreach ((ulong lastTag, long held) in groups)
        {
            await channel.BasicNackAsync(lastTag, multiple: true, requeue: true).ConfigureAwait(false);
            ready += held;
            long started = time.GetTimestamp();
            while (await channel.MessageCountAsync(queue).ConfigureAwait(false) < ready && time.GetElapsedTime(started) < Longest)
                await Task.Delay(Interval, time, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
