using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Shows each message to a visitor and acknowledges none, until it has seen enough. What a stream delivers is acknowledged: that
/// takes nothing out, and it delivers no more otherwise.
/// </summary>
internal sealed class HoldingConsumer(
    IChannel channel, ReadPlan plan, Func<BrokerMessage, CancellationToken, ValueTask<bool>> visit, CancellationToken cancellationToken)
    : IAsyncBasicConsumer
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _read;
    private long _bytes;

    public IChannel Channel => channel;

    /// <summary>Ends when enough was seen, or no more will come; fails when the visitor did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the broker calls it; null until it has answered.</summary>
    public string? Tag { get; private set; }

    public long Read => Interlocked.Read(ref _read);

    public string? Incomplete { get; private set; }

    public long? NearLimit { get; private set; }

    public async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken connectionEnds = default)
    {
        if (_ended.Task.IsCompleted)
            return;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            BrokerMessage message = new(deliveryTag, exchange, routingKey, properties, body);
            if (plan.IsNearLimit(message.DeliveryCount))
            {
                NearLimit = message.DeliveryCount;
                _ended.TrySetResult();
                return;
            }

            bool more = await visit(message, cancellationToken).ConfigureAwait(false);
            if (plan.Way == PeekWay.Stream)
                await channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken).ConfigureAwait(false);
            _bytes += body.Length;
            long read = Interlocked.Increment(ref _read);
            if (more && read < plan.Messages && _bytes < plan.MaxBytes)
                return;
            if (more && read < plan.Messages)
                Incomplete = $"{_bytes} bytes were read, which is as much as is read at once";
            _ended.TrySetResult();
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
        }
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken connectionEnds = default) =>
        End("the broker ended it: the queue was deleted, or its node is gone");

    public Task HandleChannelShutdownAsync(object closed, ShutdownEventArgs reason) => End(reason.ReplyText);

    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken connectionEnds = default) => Task.CompletedTask;

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken connectionEnds = default)
    {
        Tag = consumerTag;
        return Task.CompletedTask;
    }

    private Task End(string reason)
    {
        if (!_ended.Task.IsCompleted)
        {
            Incomplete = reason;
            _ended.TrySetResult();
        }

        return Task.CompletedTask;
    }
}
