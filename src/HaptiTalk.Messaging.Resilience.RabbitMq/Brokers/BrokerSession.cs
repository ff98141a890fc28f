using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One connection, for one operation.</summary>
internal sealed class BrokerSession(IConnection connection, TimeSpan answerTimeout) : IAsyncDisposable
{
    private static readonly CreateChannelOptions WithConfirms = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    public IConnection Connection => connection;

    public string VersionText { get; } = BrokerVersion.TextOf(connection.ServerProperties);

    /// <summary>What the broker calls the cluster that it belongs to, alone or not; empty when it does not say.</summary>
    public string ClusterName { get; } = BrokerVersion.TextOf(connection.ServerProperties, "cluster_name");

    public BrokerVersion Version => BrokerVersion.Parse(VersionText);

    public Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) => connection.CreateChannelAsync(options: null, cancellationToken);

    /// <summary>Opens a channel whose publishes the broker answers; see <see cref="PublishConfirms{T}"/>.</summary>
    public Task<IChannel> OpenConfirmingChannelAsync(CancellationToken cancellationToken) => connection.CreateChannelAsync(WithConfirms, cancellationToken);

    /// <summary>How many messages are ready in a queue; null when there is none of this name.</summary>
    public async Task<long?> CountAsync(string queue, CancellationToken cancellationToken) =>
        (await DeclarePassivelyAsync(queue, cancellationToken).ConfigureAwait(false))?.MessageCount;

    /// <summary>The same, and null also where one may not ask: from RabbitMQ 4.3 on that needs a permission on the queue.</summary>
    public async Task<long?> TryCountAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await CountAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            return null;
        }
    }

    /// <summary>Asks about a queue without the management API; null when there is none of this name.</summary>
    public async Task<QueueDeclareOk?> DeclarePassivelyAsync(string queue, CancellationToken cancellationToken)
    {
        // The broker closes the channel with the answer that a queue is missing.
        IChannel channel = await OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                return await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return null;
            }
        }
    }

    /// <summary>Whether there is, or may be, an exchange of this name: one may not be allowed to know.</summary>
    public async Task<bool> HasExchangeAsync(string exchange, CancellationToken cancellationToken)
    {
        IChannel channel = await OpenChannelAsync(cancellationToken).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                await channel.ExchangeDeclarePassiveAsync(exchange, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                return false;
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.AccessRefused)
            {
                return true;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A broker that hangs does not say goodbye, and one that is gone cannot. What was asked has been answered by now, or failed.
        try
        {
            await connection.CloseAsync(Constants.ReplySuccess, "Goodbye", answerTimeout, abort: true, CancellationToken.None).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception gone) when (BrokerClient.IsBrokerFailure(gone))
        {
            // The end of the connection is the end of it at the broker, too.
        }
    }
}
