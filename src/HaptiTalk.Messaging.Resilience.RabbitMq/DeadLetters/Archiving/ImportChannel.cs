using System.Globalization;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Publishes some messages, then waits until the broker has answered for all of them.
/// </summary>
internal sealed class ImportChannel : IAsyncDisposable
{
    private static readonly Action<string> Nothing = static _ => { };

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly PublishConfirms<string> _confirms;
    private volatile string? _problem;

    private ImportChannel(IConnection connection, IChannel channel, int atOnce)
    {
        _connection = connection;
        _channel = channel;
        _confirms = new PublishConfirms<string>(atOnce);
        channel.BasicAcksAsync += (_, ack) => Confirm(ack.DeliveryTag, ack.Multiple);
        channel.BasicNacksAsync += (_, _) => Fail("the queue takes no more");
        channel.BasicReturnAsync += (_, returned) => Fail($"there is no queue '{returned.RoutingKey}' any more");
        channel.ChannelShutdownAsync += (_, reason) => Fail(reason.ReplyText);
    }

    /// <param name="session">Publishes through it.</param>
    /// <param name="atOnce">How many are published at most before <see cref="ConfirmAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ImportChannel> OpenAsync(BrokerSession session, int atOnce, CancellationToken cancellationToken) =>
        new(session.Connection, await session.OpenConfirmingChannelAsync(cancellationToken).ConfigureAwait(false), atOnce);

    /// <returns>Why it cannot be sent; null when it was.</returns>
    public async ValueTask<string?> PublishAsync(string queue, ArchivedMessage message, CancellationToken cancellationToken)
    {
        if (HeaderFrame.Problem(message.Properties, _connection) is { } problem)
            return problem;
        ulong number = _confirms.Add(queue);
        try
        {
            await _channel.BasicPublishAsync("", queue, mandatory: true, message.Properties, message.Body, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception odd) when (!BrokerClient.IsBrokerFailure(odd) && odd is not OperationCanceledException)
        {
            // AMQP cannot write it: a text is too long, or a number too large.
            _confirms.Refuse(number, multiple: false, Nothing);
            return $"it cannot be sent: {odd.Message}";
        }
    }

    /// <returns>Why not all of them are in; null when they are.</returns>
    public async Task<string?> ConfirmAsync(TimeSpan answerTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        while (_problem is null && _confirms.Outstanding is > 0 and var outstanding)
        {
            try
            {
                await _confirms.AllAnsweredAsync().WaitAsync(answerTimeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (_confirms.Outstanding < outstanding)
            {
                // It answers, and slowly.
            }
            catch (TimeoutException)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the broker did not confirm within {answerTimeout.TotalSeconds} s");
            }
        }

        while (_confirms.TryTake(out _, out _))
        {
            // They make place for the next ones.
        }

        return _problem;
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private Task Confirm(ulong number, bool multiple)
    {
        _confirms.Confirm(number, multiple, Nothing);
        return Task.CompletedTask;
    }

    // The import stops at the first failure. Nobody waits for the answers that come after it.
    private Task Fail(string problem)
    {
        _problem ??= problem;
        _confirms.Close();
        return Task.CompletedTask;
    }
}
