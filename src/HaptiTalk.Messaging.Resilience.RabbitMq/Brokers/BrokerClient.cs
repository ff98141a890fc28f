using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Connects to a broker. Each operation opens a connection of its own and closes it: operations are rare, and none is kept open in between.
/// </summary>
/// <param name="address">Where the broker answers AMQP.</param>
/// <param name="management">Its management API; null when it must not be used.</param>
/// <param name="connectionName">How the broker lists the connections.</param>
/// <param name="answerTimeout">How long the broker may take for one answer.</param>
/// <param name="time">The clock.</param>
internal sealed class BrokerClient(
    BrokerAddress address, ManagementApi? management, string connectionName, TimeSpan answerTimeout, TimeProvider time)
{
    public BrokerAddress Address => address;

    public ManagementApi? Management => management;

    public TimeSpan AnswerTimeout => answerTimeout;

    public TimeProvider Time => time;

    /// <summary>Opens a connection within <see cref="AnswerTimeout"/>.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BrokerSession> ConnectAsync(CancellationToken cancellationToken)
    {
        ConnectionFactory factory = address.CreateFactory(connectionName, answerTimeout);
        return new(await WithinTimeoutAsync(token => ConnectAsync(factory, token), cancellationToken).ConfigureAwait(false), answerTimeout);
    }

    /// <summary>Asks the broker, and stops waiting after <see cref="AnswerTimeout"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the timeout passed.</exception>
    public async Task<T> WithinTimeoutAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(answerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        Task<T> asked = ask(either.Token);
        try
        {
            // A broker may hang in the handshake. The client's own timeouts do not end that, nor does the token that it gets.
            return await asked.WaitAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            // The caller has its answer or its exception. What the abandoned call throws later is observed here.
            _ = asked.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>Returns the management API if it belongs to this broker. Otherwise it returns why the API is not used.</summary>
    public async Task<(ManagementApi? Api, string? Problem)> ManagementOfAsync(BrokerSession session, CancellationToken cancellationToken)
    {
        if (management is null)
            return (null, "The management API is not used.");
        return await management.ForeignAsync(session.ClusterName, cancellationToken).ConfigureAwait(false) is { } other
            ? (null, $"The management API at {management.Address} belongs to another broker, '{other}'; at {address} answers '{session.ClusterName}'.")
            : (management, null);
    }

    /// <summary>Whether an exception comes from the broker or the connection to it. Check first whether the caller has cancelled.</summary>
    public static bool IsBrokerFailure(Exception failure) =>
        failure is RabbitMQClientException or IOException or TimeoutException or SocketException or ObjectDisposedException or OperationCanceledException;

    private static async Task<IConnection> ConnectAsync(ConnectionFactory factory, CancellationToken cancellationToken)
    {
        IConnection connection = await factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
            return connection;
        // The caller has given up, so nobody else would close it.
        await connection.DisposeAsync().ConfigureAwait(false);
        throw new OperationCanceledException(cancellationToken);
    }
}
