using System.Globalization;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps the state of one bus's broker true, on the bus's own connection: a connection that ends and an alarm are told by the
/// client, a broker that has stopped answering is found out by asking it, whenever a call got no answer.
/// </summary>
internal sealed class BrokerWatch(
    IRabbitMqHostConfiguration host, BrokerState state, ReplyQueue replies, ILogger logger, TimeProvider clock)
{
    // A busy broker, or a busy process, answers late; a frozen one not at all.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MomentAfterEnd = Pause / 20;

    // Replies come back through the bus's own endpoint, which follows the connection.
    private static readonly TimeSpan EndpointLimit = TimeSpan.FromSeconds(5);

    private volatile TaskCompletionSource _canReply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _getsReplies;
    private volatile IConnection? _connection;
    private bool _isLocked;

    /// <summary>How many consume a queue; null where the broker does not say.</summary>
    public async Task<uint?> ConsumersOfAsync(string queue, CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true } connection)
            return null;

        Task<uint> counting = CountAsync(connection, queue, cancellationToken);
        await ((Task)counting).WaitAsync(AnswerLimit, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (counting.IsCompletedSuccessfully)
            return await counting.ConfigureAwait(false);

        Orphan.Observe(counting);
        return null;
    }

    /// <summary>The endpoint that replies arrive at is there.</summary>
    public void CanReply()
    {
        _getsReplies = true;
        _isLocked = false;
        _canReply.TrySetResult();
    }

    /// <summary>It has gone with its connection, and will come back with the next.</summary>
    public void CannotReply()
    {
        if (_canReply.Task.IsCompleted)
            _canReply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Its queue cannot be had. MassTransit tries again and again; a lock is told once.</summary>
    public void CannotReply(Exception? failure)
    {
        CannotReply();
        if (LockIn(failure) is { } reason && !Interlocked.Exchange(ref _isLocked, true))
            BrokerLog.RepliesLocked(logger, state.Name, reason);
    }

    /// <summary>Watches until the bus stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                IConnection connection = await ConnectAsync(stopping).ConfigureAwait(false);
                _connection = connection;
                using var signs = new ConnectionSigns(connection, clock);
                state.LookBy(signs.Suspect);
                // A bus that only publishes has no such endpoint.
                if (_getsReplies || replies.IsAskedFor)
                    await _canReply.Task.WaitAsync(EndpointLimit, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await WatchAsync(connection, signs, stopping).ConfigureAwait(false);
                // MassTransit learns of the end at the same moment: until it has, who asks for a connection is refused.
                await Task.Delay(MomentAfterEnd, clock, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // MassTransit closes its connection when it stops, before or after it tells us.
                if (stopping.IsCancellationRequested)
                    return;
                BrokerLog.WatchFailed(logger, failure, state.Name);
                state.Away(failure.GetBaseException().Message);
                await Task.Delay(Pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // The broker keeps it for the connection that was lost, or for the node that it was on.
    private static string? LockIn(Exception? failure) => failure switch
    {
        null => null,
        OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.ResourceLocked, ReplyText: var text } } => text,
        _ => LockIn(failure.InnerException),
    };

    private async Task<IConnection> ConnectAsync(CancellationToken stopping)
    {
        IConnection? connection = null;
        while (connection is not { IsOpen: true })
        {
            // The one that has just ended may be handed out once more.
            if (connection is not null)
                await Task.Delay(MomentAfterEnd, clock, stopping).ConfigureAwait(false);
            Task asking = host.ConnectionContextSupervisor.Send(Pipe.Execute<ConnectionContext>(context => connection = context.Connection), stopping);
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // MassTransit keeps the exception in a task that nobody looks at: thrown on from here, it would tell of this stack there.
            if (asking.Exception is { } failure)
                throw failure;
            await asking.ConfigureAwait(false);
        }

        return connection;
    }

    private async Task WatchAsync(IConnection connection, ConnectionSigns signs, CancellationToken stopping)
    {
        state.Back();
        while (true)
        {
            BrokerSign sign = await signs.NextAsync(stopping).ConfigureAwait(false);
            switch (sign.Kind)
            {
                case BrokerSignKind.Closed:
                    CannotReply();
                    if (!stopping.IsCancellationRequested)
                        state.Away($"the connection ended: {sign.Reason}");
                    return;
                case BrokerSignKind.Blocked:
                    state.Away($"it takes no messages: {sign.Reason}");
                    break;
                case BrokerSignKind.Unblocked:
                    state.Back();
                    break;
                case BrokerSignKind.Suspected when state.Outage is null:
                    await LookAsync(connection, stopping).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task LookAsync(IConnection connection, CancellationToken stopping)
    {
        Task answer = AskAsync(connection, stopping);
        await answer.WaitAsync(AnswerLimit, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!answer.IsCompleted)
            state.Away(string.Create(CultureInfo.InvariantCulture, $"no answer within {AnswerLimit.TotalSeconds:0.###} s"));

        // The late answer itself tells that the broker is back. The client gives up after a while: then it is asked again.
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!answer.IsCompletedSuccessfully && connection.IsOpen)
        {
            await Task.Delay(Pause, clock, stopping).ConfigureAwait(false);
            answer = AskAsync(connection, stopping);
            await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (answer.IsCompletedSuccessfully)
            state.Back();
    }

    // A queue that is not there closes the channel: it is of this look alone.
    private static async Task<uint> CountAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false)).ConsumerCount;
    }

    // Opening a channel needs an answer, no permission, and leaves nothing at the broker.
    private static async Task AskAsync(IConnection connection, CancellationToken stopping)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: stopping).ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
    }
}
