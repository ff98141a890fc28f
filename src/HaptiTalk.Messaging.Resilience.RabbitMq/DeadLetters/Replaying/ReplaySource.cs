using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The queue of dead letters during a replay: what is held of it, what may leave it, and how the rest goes back.</summary>
internal sealed class ReplaySource(IChannel channel, string queue, Func<BrokerMessage, Task> handle, Action<ReplayEnd> stop) : IAsyncBasicConsumer
{
    private readonly List<string> _tags = [];
    private TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _passesOver;
    private long _delivered;

    public IChannel Channel => channel;

    /// <summary>Deliveries so far.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>How many may be held at once, over all consumers so far.</summary>
    public long Granted { get; private set; }

    /// <summary>Whether a message has come that had never been given back: those that have come first.</summary>
    public bool HasSeenFresh { get; private set; }

    /// <summary>Begins to consume, in place of what consumed before; what that holds stays held.</summary>
    public async Task ConsumeAsync(int prefetch, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken).ConfigureAwait(false);
        Granted += prefetch;
        _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tags.Add(QueueReading.TagOf(_tags.Count));
        await channel.BasicQosAsync(0, (ushort)prefetch, global: false, cancellationToken).ConfigureAwait(false);
        await channel.BasicConsumeAsync(queue, autoAck: false, _tags[^1], noLocal: false, exclusive: false, null, this, cancellationToken).ConfigureAwait(false);
        IsConsuming = true;
    }

    public bool IsConsuming { get; private set; }

    /// <summary>Stops deliveries. What has come is still handled; <see cref="DrainedAsync"/> waits for that.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        if (!IsConsuming || !channel.IsOpen)
            return;
        IsConsuming = false;
        await channel.BasicCancelAsync(_tags[^1], noWait: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends when every delivery before the last pause has been handled.</summary>
    public Task DrainedAsync() => _tags.Count == 0 ? Task.CompletedTask : _drained.Task;

    /// <summary>
    /// Holds on to what comes until a message that had never been given back, so that what is held goes back in order; see
    /// <see cref="QueueReading"/>.
    /// </summary>
    public async Task ReadOnAsync(long remaining, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        _passesOver = true;
        for (int chunk = 1_000; !HasSeenFresh && remaining > 0 && Granted < QueueReading.MostHeld && channel.IsOpen; chunk *= 2)
        {
            long before = Delivered;
            int prefetch = (int)Math.Min(chunk, QueueReading.MostHeld - Granted);
            await ConsumeAsync(prefetch, cancellationToken).ConfigureAwait(false);
            long awaited = Math.Min(prefetch, remaining);
            long started = time.GetTimestamp();
            while (!HasSeenFresh && Delivered - before < awaited && time.GetElapsedTime(started) < patience)
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken).ConfigureAwait(false);
            remaining -= Delivered - before;
        }
    }

    /// <summary>Everything that is held goes back, in order.</summary>
    public async Task GiveBackAsync(PeekWay way, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken).ConfigureAwait(false);
        if (way == PeekWay.Requeue && channel.IsOpen)
            await channel.BasicNackAsync(0, multiple: true, requeue: true, cancellationToken).ConfigureAwait(false);
        await channel.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken connectionEnds = default)
    {
        HasSeenFresh |= !redelivered;
        Interlocked.Increment(ref _delivered);
        if (!_passesOver)
            await handle(new(channel, deliveryTag, exchange, routingKey, properties, body)).ConfigureAwait(false);
    }

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken connectionEnds = default)
    {
        // Behind everything that was delivered to it.
        _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken connectionEnds = default)
    {
        IsConsuming = false;
        stop(new(ReplayStop.SourceGone, $"The queue '{queue}' was deleted, or its node is gone."));
        _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleChannelShutdownAsync(object closed, ShutdownEventArgs reason)
    {
        IsConsuming = false;
        if (reason.ReplyCode != Constants.ReplySuccess)
            stop(new(ReplayStop.BrokerLost, reason.ReplyText));
        _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken connectionEnds = default) => Task.CompletedTask;
}
