using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The queue of dead letters during a replay: what is held of it, what may leave it, and how the rest goes back.</summary>
internal sealed class ReplaySource(IChannel channel, string queue, ReplayStopSignal stop) : IAsyncBasicConsumer
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    // A message is valid until the client's callback ends. So there is never more than one: the callback waits until the reader is done
    // with it. Each continues on the other's thread, and no thread is woken for a message.
    private static readonly UnboundedChannelOptions Handover = new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true };

    private readonly Channel<BrokerMessage> _arrived = System.Threading.Channels.Channel.CreateUnbounded<BrokerMessage>(Handover);
    private readonly Channel<bool> _done = System.Threading.Channels.Channel.CreateUnbounded<bool>(Handover);
    private readonly List<string> _tags = [];
    private readonly List<(ulong LastTag, long Held)> _groups = [];
    private TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isRead;
    private long _delivered;
    private long _deliveredNow;
    private ulong _lastHeldTag;
    private long _acknowledgedNow;
    private int _prefetch;

    public IChannel Channel => channel;

    /// <summary>Deliveries so far.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>
    /// Whether the broker has delivered all that it may: nothing is on its way. Only then may a consumer be cancelled, because a
    /// quorum queue puts what is on its way behind what it gave back before.
    /// </summary>
    public bool IsSaturated => !IsConsuming || Interlocked.Read(ref _deliveredNow) - Interlocked.Read(ref _acknowledgedNow) >= _prefetch;

    /// <summary>Whether a message has come that had never been given back: those that have come first.</summary>
    public bool HasSeenFresh { get; private set; }

    /// <summary>Some of what was delivered has left the queue, and lets as much follow.</summary>
    public void Acknowledged(int messages) => Interlocked.Add(ref _acknowledgedNow, messages);

    /// <summary>A message stays. Said before the next one is read.</summary>
    public void Keep(ulong tag) => _lastHeldTag = tag;

    /// <summary>
    /// Begins to consume. What consumed before is paused; what that holds stays held, and what is to leave must have left.
    /// </summary>
    public async Task ConsumeAsync(int prefetch, CancellationToken cancellationToken)
    {
        // Begun, it is gone through with: a consumer half made is one that nobody waits for.
        cancellationToken.ThrowIfCancellationRequested();
        CloseGroup();
        _prefetch = prefetch;
        _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _tags.Add(QueueReading.TagOf(_tags.Count));
        IsConsuming = true;
        await channel.BasicQosAsync(0, (ushort)prefetch, global: false, CancellationToken.None).ConfigureAwait(false);
        await channel.BasicConsumeAsync(queue, autoAck: false, _tags[^1], noLocal: false, exclusive: false, null, this, CancellationToken.None).ConfigureAwait(false);
    }

    public bool IsConsuming { get; private set; }

    /// <summary>Begins to consume, and reads what is delivered until it is stopped. What comes when nobody reads is held, and goes back at the end.</summary>
    public async IAsyncEnumerable<BrokerMessage> ReadAsync(int prefetch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not on the thread that stops it, which may be the client's own.
        using CancellationTokenRegistration stopped = cancellationToken.UnsafeRegister(
            static writer => ThreadPool.UnsafeQueueUserWorkItem(static arrived => arrived.TryComplete(), (ChannelWriter<BrokerMessage>)writer!, preferLocal: false),
            _arrived.Writer);
        try
        {
            _isRead = true;
            await ConsumeAsync(prefetch, cancellationToken).ConfigureAwait(false);
            while (await _arrived.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (!_arrived.Reader.TryRead(out BrokerMessage message))
                    continue;
                bool goesOn = false;
                try
                {
                    yield return message;
                    goesOn = true;
                }
                finally
                {
                    _isRead = goesOn;
                    _done.Writer.TryWrite(true);
                }
            }
        }
        finally
        {
            _isRead = false;
            while (_arrived.Reader.TryRead(out BrokerMessage unread))
            {
                Keep(unread.Tag);
                _done.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>Stops deliveries. What has come is still handled; <see cref="DrainedAsync"/> waits for that.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        if (!IsConsuming || !channel.IsOpen)
            return;
        IsConsuming = false;
        await channel.BasicCancelAsync(_tags[^1], noWait: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends when nothing is on its way any more; nothing must be acknowledged meanwhile.</summary>
    public async Task SaturatedAsync(TimeSpan timeout, TimeProvider time)
    {
        long started = time.GetTimestamp();
        long changed = started;
        long last = -1;
        while (channel.IsOpen && !IsSaturated && time.GetElapsedTime(started) < timeout)
        {
            if (Delivered != last)
                (last, changed) = (Delivered, time.GetTimestamp());
            // At the end of the queue there is less than it may deliver.
            if (time.GetElapsedTime(changed) > Quiet && await channel.MessageCountAsync(queue).ConfigureAwait(false) == 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(2), time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Ends when every delivery before the last pause has been handled.</summary>
    public Task DrainedAsync() => _tags.Count == 0 ? Task.CompletedTask : _drained.Task;

    /// <summary>
    /// Holds on to what comes until a message that had never been given back, so that what is held goes back in order; see
    /// <see cref="QueueReading"/>.
    /// </summary>
    public async Task ReadOnAsync(long remaining, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        for (int chunk = 1_000; !HasSeenFresh && remaining > 0 && chunk < QueueReading.MostHeld && channel.IsOpen; chunk *= 2)
        {
            long before = Delivered;
            int prefetch = chunk;
            await ConsumeAsync(prefetch, cancellationToken).ConfigureAwait(false);
            long awaited = Math.Min(prefetch, remaining);
            long started = time.GetTimestamp();
            while (!HasSeenFresh && Delivered - before < awaited && time.GetElapsedTime(started) < timeout)
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, cancellationToken).ConfigureAwait(false);
            remaining -= Delivered - before;
            await SaturatedAsync(timeout, time).ConfigureAwait(false);
            await PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Everything that is held goes back, in order.</summary>
    public async Task GiveBackAsync(BrokerQueueType type, PeekMethod way, TimeProvider time)
    {
        await PauseAsync(CancellationToken.None).ConfigureAwait(false);
        CloseGroup();
        if (channel.IsOpen && (type == BrokerQueueType.Quorum || way == PeekMethod.Requeue))
        {
            await OrderedReturn.RunAsync(channel, queue, _groups, time).ConfigureAwait(false);
            // What was sent and then refused.
            await channel.BasicNackAsync(0, multiple: true, requeue: true).ConfigureAwait(false);
        }

        await channel.CloseAsync().ConfigureAwait(false);
    }

    public async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken connectionEnds = default)
    {
        HasSeenFresh |= !redelivered;
        Interlocked.Increment(ref _delivered);
        Interlocked.Increment(ref _deliveredNow);
        if (_isRead && _arrived.Writer.TryWrite(new(channel, deliveryTag, exchange, routingKey, properties, body, IsCounted: redelivered)))
            await _done.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        else
            Keep(deliveryTag);
    }

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken connectionEnds = default)
    {
        // Behind everything that was delivered to it. An earlier consumer's end says nothing about the one that consumes now.
        if (consumerTag == _tags[^1])
            _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken connectionEnds = default)
    {
        IsConsuming = false;
        stop.Stop(new(ReplayStop.SourceGone, $"The queue '{queue}' was deleted, or its node is gone."));
        _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleChannelShutdownAsync(object closed, ShutdownEventArgs reason)
    {
        IsConsuming = false;
        if (reason.ReplyCode != Constants.ReplySuccess)
            stop.Stop(new(ReplayStop.BrokerLost, reason.ReplyText));
        _drained.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken connectionEnds = default) => Task.CompletedTask;

    // What one consumer holds when the next begins, or at the end.
    private void CloseGroup()
    {
        long held = Interlocked.Exchange(ref _deliveredNow, 0) - Interlocked.Exchange(ref _acknowledgedNow, 0);
        if (held > 0 && _lastHeldTag > (_groups.Count > 0 ? _groups[^1].LastTag : 0))
            _groups.Add((_lastHeldTag, held));
    }
}
