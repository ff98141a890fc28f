using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads messages from the head of a queue and gives all of them back. Never by <c>basic.get</c>, which reorders or costs a delivery
/// each: consumers on one channel, each with the right to hold some more, give everything back together and in order.
/// </summary>
/// <remarks>
/// A quorum queue keeps what was given back in a queue before its own, and what is given back again goes to the end of that. So
/// everything in it has to be read, whatever it was that one wanted to see: up to the first message that was never given back.
/// </remarks>
internal static class QueueReading
{
    /// <summary>What a client may hold of one queue, a little below AMQP's 65,535.</summary>
    public const int MostHeld = 61_000;

    // The broker gives back consumer by consumer, in the order of their names as long as they are not more than 32.
    private const int MostConsumers = 30;
    private const int Growth = 32;
    private const long BytesAtOnce = 64L * 1024 * 1024;

    private static readonly TimeSpan LongestOnItsWay = TimeSpan.FromSeconds(2);

    // A stream does not say how much there is.
    private static readonly TimeSpan StreamIdleTimeout = TimeSpan.FromSeconds(1);

    public static async Task<ReadResult> ReadAsync(
        BrokerSession session,
        ReadPlan plan,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (plan.Messages == 0)
            return new(0, null, null);

        IChannel channel = await session.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        var consumer = new HoldingConsumer(channel, plan, visit, cancellationToken);
        var tags = new Grants();
        try
        {
            if (plan.Method == PeekMethod.Stream)
                timeout = StreamIdleTimeout;
            string? silent = await HoldAsync(consumer, plan, tags, timeout, time, cancellationToken).ConfigureAwait(false);
            // What was shown by then is not the whole look, and nothing can be taken out any more.
            if (!channel.IsOpen)
                throw new OperationInterruptedException(channel.CloseReason!);
            if (plan.Taking is { } taking && consumer.NearLimit is null && await taking.ApproveAsync().ConfigureAwait(false))
                await TakeAsync(consumer, tags, taking, plan, time).ConfigureAwait(false);
            return new(consumer.Seen, consumer.Incomplete ?? silent, consumer.NearLimit);
        }
        finally
        {
            // The same when it is given up: what is held goes back in the safe way, and what is on its way is waited for.
            if (channel.IsOpen && !consumer.Broken.IsCompletedSuccessfully)
                await ArrivedAsync(consumer, Math.Min(tags.Granted, plan.Depth), time).ConfigureAwait(false);
            if (channel.IsOpen)
                await GiveBackAsync(channel, tags.Tags, plan.Method, CancellationToken.None).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task TakeAsync(HoldingConsumer consumer, Grants grants, Taking taking, ReadPlan plan, TimeProvider time)
    {
        // First it takes no more: each message that leaves would let another come.
        foreach (string tag in grants.Tags)
            await consumer.Channel.BasicCancelAsync(tag, noWait: false, CancellationToken.None).ConfigureAwait(false);
        grants.Tags.Clear();
        int first = consumer.FirstOf(taking.Tags);
        if (first > 0)
            await consumer.Channel.BasicAckAsync(taking.Tags[first - 1], multiple: true, CancellationToken.None).ConfigureAwait(false);
        for (int tag = first; tag < taking.Tags.Count; tag++)
            await consumer.Channel.BasicAckAsync(taking.Tags[tag], multiple: false, CancellationToken.None).ConfigureAwait(false);
        if (plan.Facts.Type == BrokerQueueType.Quorum)
            await OrderedReturn.RunAsync(consumer.Channel, plan.Facts.Queue, consumer.HeldBut(taking.Tags), time).ConfigureAwait(false);
    }

    /// <summary>Takes no more, and leaves everything held to go back: as one now, or by the closing of the channel.</summary>
    public static async Task GiveBackAsync(IChannel channel, IReadOnlyList<string> tags, PeekMethod way, CancellationToken cancellationToken)
    {
        foreach (string tag in tags)
            await channel.BasicCancelAsync(tag, noWait: false, cancellationToken).ConfigureAwait(false);
        if (way == PeekMethod.Requeue)
            await channel.BasicNackAsync(0, multiple: true, requeue: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A name that sorts behind those before it.</summary>
    public static string TagOf(int index) => string.Create(CultureInfo.InvariantCulture, $"look-{index:0000}");

    private static async Task<string?> HoldAsync(
        HoldingConsumer consumer, ReadPlan plan, Grants grants, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        // The first says how large they are, and whether they are near their limit. A stream goes on as it is acknowledged.
        int chunk = plan.Method == PeekMethod.Stream ? Math.Min(plan.Messages, 100) : 1;
        while (true)
        {
            string tag = grants.Add(chunk);
            await consumer.Channel.BasicQosAsync(0, (ushort)chunk, global: false, cancellationToken).ConfigureAwait(false);
            await consumer.Channel.BasicConsumeAsync(
                plan.Facts.Queue, autoAck: false, tag, noLocal: false, exclusive: false,
                plan.Method == PeekMethod.Stream ? StreamStart.Arguments : null, consumer, cancellationToken).ConfigureAwait(false);
            long awaited = plan.Method == PeekMethod.Stream ? plan.Messages : Math.Min(grants.Granted, plan.Depth);
            string? silent = await WaitAsync(consumer, awaited, timeout, time, cancellationToken).ConfigureAwait(false);
            if (plan.Method == PeekMethod.Stream)
                return null;
            if (silent is not null)
                return silent;
            if (consumer.Broken.IsCompleted || consumer.Held >= plan.Depth || grants.Granted >= MostHeld || grants.Tags.Count >= MostConsumers)
                return null;
            if (consumer.IsSatisfied && (plan.Facts.Type != BrokerQueueType.Quorum || consumer.HasSeenFresh || plan.Taking is { Everything: true }))
                return null;

            chunk = NextChunk(consumer, plan, chunk, grants);
        }
    }

    private static int NextChunk(HoldingConsumer consumer, ReadPlan plan, int chunk, Grants grants)
    {
        // There is more to look at. When enough was seen, the look goes on to a message that was never given back.
        long wanted = consumer.IsSatisfied ? chunk * 2L : plan.Messages - consumer.Seen;
        long fitting = Math.Max(1, BytesAtOnce / consumer.LargestBody);
        long next = grants.Tags.Count == MostConsumers - 1 ? wanted : Math.Min(wanted, Math.Min(fitting, (long)chunk * Growth));
        return (int)Math.Clamp(next, 1, MostHeld - grants.Granted);
    }

    // Fewer may come than were counted: somebody else took them, or they expired.
    private static async Task<string?> WaitAsync(
        HoldingConsumer consumer, long awaited, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next = consumer.NextAsync();
            if (consumer.Broken.IsFaulted)
                await consumer.Broken.ConfigureAwait(false);
            if (consumer.Broken.IsCompleted || consumer.Held >= awaited)
                return null;
            try
            {
                await (await Task.WhenAny(next, consumer.Broken).WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"no more came within {timeout.TotalSeconds} s: another consumer may hold them");
            }
        }
    }

    // A quorum queue puts what is on its way when its consumer is cancelled behind everything that it gave back before.
    private static async Task ArrivedAsync(HoldingConsumer consumer, long awaited, TimeProvider time)
    {
        long started = time.GetTimestamp();
        while (consumer.Channel.IsOpen && consumer.Held < awaited && time.GetElapsedTime(started) < LongestOnItsWay)
            await Task.Delay(TimeSpan.FromMilliseconds(2), time, CancellationToken.None).ConfigureAwait(false);
    }

    private sealed class Grants
    {
        public List<string> Tags { get; } = [];

        public long Granted { get; private set; }

        public string Add(int messages)
        {
            Granted += messages;
            Tags.Add(TagOf(Tags.Count));
            return Tags[^1];
        }
    }
}
