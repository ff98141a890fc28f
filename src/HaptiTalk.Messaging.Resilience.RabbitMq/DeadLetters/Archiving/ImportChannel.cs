using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Publishes some messages, then waits until the broker has answered for all of them. It counts confirms itself: the client's own
/// tracking writes a header into each message.
/// </summary>
internal sealed class ImportChannel : IAsyncDisposable
{
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly IChannel _channel;
    private volatile TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _published;
    private ulong _confirmed;
    private string? _problem;

    private ImportChannel(IChannel channel)
    {
        _channel = channel;
        channel.BasicAcksAsync += (_, ack) => Answer(ack.DeliveryTag, ack.Multiple, null);
        channel.BasicNacksAsync += (_, nack) => Answer(nack.DeliveryTag, nack.Multiple, "the queue takes no more");
        channel.BasicReturnAsync += (_, returned) => Fail($"there is no queue '{returned.RoutingKey}' any more");
        channel.ChannelShutdownAsync += (_, reason) => Fail(reason.ReplyText);
    }

    public static async Task<ImportChannel> OpenAsync(BrokerSession session, CancellationToken cancellationToken) =>
        new(await session.OpenChannelAsync(cancellationToken, Confirmed).ConfigureAwait(false));

    public async ValueTask PublishAsync(string queue, ArchivedMessage message, CancellationToken cancellationToken)
    {
        _published++;
        await _channel.BasicPublishAsync("", queue, mandatory: true, message.Properties, message.Body, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Why not all of them are in; null when they are.</returns>
    public async Task<string?> ConfirmAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        while (_problem is null)
        {
            Task answered = _answered.Task;
            if (Interlocked.Read(ref _confirmed) >= _published)
                return _problem;
            try
            {
                await answered.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return $"the broker did not confirm within {patience.TotalSeconds} s";
            }
        }

        return _problem;
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    // Confirms may come out of order; a single one behind a gap is counted when the gap closes.
    private Task Answer(ulong number, bool multiple, string? problem)
    {
        if (problem is not null)
            return Fail(problem);
        if (multiple)
            Interlocked.Exchange(ref _confirmed, Math.Max(Interlocked.Read(ref _confirmed), number));
        else
            Interlocked.Increment(ref _confirmed);
        return Signal();
    }

    private Task Fail(string problem)
    {
        _problem ??= problem;
        return Signal();
    }

    private Task Signal()
    {
        TaskCompletionSource answered = _answered;
        _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        answered.TrySetResult();
        return Task.CompletedTask;
    }
}
