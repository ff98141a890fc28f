using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Publishes some messages, then waits until the broker has answered for all of them. It keeps the confirms itself: the client's own
/// tracking writes a header into each message.
/// </summary>
internal sealed class ImportChannel : IAsyncDisposable
{
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
    private static readonly Action<string, ReplayedMessage?> Nothing = static (_, _) => { };

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ReplayLedger _ledger;
    private readonly Lock _lock = new();
    private volatile TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem;

    private ImportChannel(IConnection connection, IChannel channel, int atOnce)
    {
        _connection = connection;
        _channel = channel;
        _ledger = new ReplayLedger(atOnce);
        channel.BasicAcksAsync += (_, ack) => Answer(ack.DeliveryTag, ack.Multiple);
        channel.BasicNacksAsync += (_, _) => Fail("the queue takes no more");
        channel.BasicReturnAsync += (_, returned) => Fail($"there is no queue '{returned.RoutingKey}' any more");
        channel.ChannelShutdownAsync += (_, reason) => Fail(reason.ReplyText);
    }

    /// <param name="session">Publishes through it.</param>
    /// <param name="atOnce">How many are published at most before <see cref="ConfirmAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ImportChannel> OpenAsync(BrokerSession session, int atOnce, CancellationToken cancellationToken) =>
        new(session.Connection, await session.OpenChannelAsync(cancellationToken, Confirmed).ConfigureAwait(false), atOnce);

    /// <returns>Why it cannot be sent; null when it was.</returns>
    public async ValueTask<string?> PublishAsync(string queue, ArchivedMessage message, CancellationToken cancellationToken)
    {
        if (HeaderFrame.Problem(message.Properties, _connection) is { } problem)
            return problem;
        ulong number;
        lock (_lock)
            number = _ledger.Send(tag: 0, queue, report: null);
        try
        {
            await _channel.BasicPublishAsync("", queue, mandatory: true, message.Properties, message.Body, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception odd) when (!BrokerClient.IsBrokerFailure(odd) && odd is not OperationCanceledException)
        {
            // AMQP cannot write it: a text that is too long, a number that is too large.
            lock (_lock)
                _ledger.Refuse(number, multiple: false, Nothing);
            return $"it cannot be sent: {odd.Message}";
        }
    }

    /// <returns>Why not all of them are in; null when they are.</returns>
    public async Task<string?> ConfirmAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        while (_problem is null)
        {
            Task answered = _answered.Task;
            if (AreAllConfirmed())
                break;
            try
            {
                await answered.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the broker did not confirm within {patience.TotalSeconds} s");
            }
        }

        return _problem;
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private bool AreAllConfirmed()
    {
        lock (_lock)
        {
            _ledger.TakeAcknowledgeable([], out _, out _);
            return _ledger.Outstanding == 0;
        }
    }

    private Task Answer(ulong number, bool multiple)
    {
        lock (_lock)
            _ledger.Confirm(number, multiple, Nothing);
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
