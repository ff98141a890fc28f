using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Shows each message to a visitor until that has seen enough, and acknowledges none. What a stream delivers is acknowledged: that
/// takes nothing out, and it delivers no more otherwise.
/// </summary>
internal sealed class HoldingConsumer(
    IChannel channel, ReadPlan plan, Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit, CancellationToken cancellationToken)
    : IAsyncBasicConsumer
{
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Consumer, ulong Tag)> _deliveries = [];
    private long _held;
    private long _bytes;

    public IChannel Channel => channel;

    /// <summary>Ends, or fails as the visitor did, when no more will come.</summary>
    public Task Broken => _broken.Task;

    /// <summary>Messages delivered, looked at or not.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Messages looked at.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether the visitor has seen enough, or may see no more.</summary>
    public bool IsSatisfied { get; private set; }

    /// <summary>Whether a message was among them that had not been given back before: those that have come first.</summary>
    public bool HasSeenFresh { get; private set; }

    public long LargestBody { get; private set; } = 1;

    public string? Incomplete { get; private set; }

    public long? NearLimit { get; private set; }

    /// <summary>What is held when some have left: for each consumer the last delivery, and how many.</summary>
    public IReadOnlyList<(ulong LastTag, long Held)> HeldBut(IEnumerable<ulong> left)
    {
        HashSet<ulong> gone = [.. left];
        return
        [
            .. _deliveries.Where(delivery => !gone.Contains(delivery.Tag)).GroupBy(static delivery => delivery.Consumer, StringComparer.Ordinal)
                .Select(static group => (group.Max(static delivery => delivery.Tag), (long)group.Count())).OrderBy(static group => group.Item1),
        ];
    }

    /// <returns>How many of these are the first deliveries. They can be acknowledged at once.</returns>
    public int FirstOf(IReadOnlyList<ulong> tags)
    {
        int same = 0;
        while (same < tags.Count && _deliveries[same].Tag == tags[same])
            same++;
        return same;
    }

    /// <summary>Ends at the next message.</summary>
    public Task NextAsync() => _progress.Task;

    public async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken connectionEnds = default)
    {
        try
        {
            if (!IsSatisfied && !_broken.Task.IsCompleted)
                await LookAsync(new(channel, deliveryTag, exchange, routingKey, properties, body, redelivered && plan.Facts.Type == BrokerQueueType.Quorum)).ConfigureAwait(false);
            HasSeenFresh |= !redelivered;
            if (plan.Taking is not null)
                _deliveries.Add((consumerTag, deliveryTag));
            if (plan.Method == PeekMethod.Stream)
                await channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _broken.TrySetException(failure);
            // Nobody may wait for it any more.
            _ = _broken.Task.Exception;
        }

        Interlocked.Increment(ref _held);
        TaskCompletionSource reached = _progress;
        _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
        reached.TrySetResult();
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken connectionEnds = default) =>
        End("the broker ended it: the queue was deleted, or its node is gone");

    public Task HandleChannelShutdownAsync(object closed, ShutdownEventArgs reason) => End(reason.ReplyText);

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken connectionEnds = default) => Task.CompletedTask;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken connectionEnds = default) => Task.CompletedTask;

    private async ValueTask LookAsync(BrokerMessage message)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!plan.DespiteLimit && plan.Facts.IsNearLimit(message.DeliveryCount))
        {
            NearLimit = message.DeliveryCount;
            IsSatisfied = true;
            return;
        }

        bool more = await visit(message, cancellationToken).ConfigureAwait(false);
        Seen++;
        LargestBody = Math.Max(LargestBody, message.Body.Length);
        _bytes += message.Body.Length;
        IsSatisfied = !more || Seen >= plan.Messages || _bytes >= plan.MaxBytes;
        if (more && Seen < plan.Messages && IsSatisfied)
            Incomplete = string.Create(CultureInfo.InvariantCulture, $"{_bytes} bytes were read, which is as much as is read at once");
    }

    private Task End(string reason)
    {
        if (!IsSatisfied)
            Incomplete = reason;
        _broken.TrySetResult();
        return Task.CompletedTask;
    }
}
