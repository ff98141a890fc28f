using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reads messages from the head of a queue and gives all of them back: one consumer that may hold as many as are to be read. Never
/// <c>basic.get</c>, which reorders or costs a delivery each.
/// </summary>
internal static class QueueReading
{
    public static async Task<ReadResult> ReadAsync(
        BrokerSession session,
        ReadPlan plan,
        Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (plan.Messages == 0)
            return new(0, null, null);

        IChannel channel = await session.OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        var consumer = new HoldingConsumer(channel, plan, visit, cancellationToken);
        try
        {
            await channel.BasicQosAsync(0, (ushort)plan.Messages, global: false, cancellationToken).ConfigureAwait(false);
            string tag = await channel.BasicConsumeAsync(
                plan.Facts.Queue, autoAck: false, "", noLocal: false, exclusive: false,
                plan.Way == PeekWay.Stream ? StreamStart.Arguments : null, consumer, cancellationToken).ConfigureAwait(false);
            string? silent = await WaitAsync(consumer, patience, time, cancellationToken).ConfigureAwait(false);
            if (channel.IsOpen && plan.Way == PeekWay.Requeue)
                await RequeueAsync(channel, tag, CancellationToken.None).ConfigureAwait(false);
            return new(consumer.Read, consumer.Incomplete ?? silent, consumer.NearLimit);
        }
        catch (Exception) when (channel.IsOpen && plan.Way == PeekWay.Requeue)
        {
            // Given up on: a close alone would count as a failed delivery.
            await RequeueAsync(channel, consumer.Tag, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more, and gives everything back as one.</summary>
    public static async Task RequeueAsync(IChannel channel, string? consumerTag, CancellationToken cancellationToken)
    {
        if (consumerTag is null)
            return;
        await channel.BasicCancelAsync(consumerTag, noWait: false, cancellationToken).ConfigureAwait(false);
        await channel.BasicNackAsync(0, multiple: true, requeue: true, cancellationToken).ConfigureAwait(false);
    }

    // Fewer may come than were counted: somebody else took them, or they expired.
    private static async Task<string?> WaitAsync(
        HoldingConsumer consumer, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            long before = consumer.Read;
            try
            {
                await consumer.Ended.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (TimeoutException)
            {
                if (consumer.Read == before)
                    return $"no more came within {patience.TotalSeconds} s: another consumer may hold them";
            }
        }
    }
}
