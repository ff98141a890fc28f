using System.Globalization;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// How a broker is reached, and the one border that its failures come over: one connection for each operation, made when it begins.
/// The broker is asked now and then, by people and dashboards, and nothing is held between.
/// </summary>
internal sealed class BrokerAccess(BrokerAddress address, ManagementApi? management, TimeSpan patience, TimeProvider time)
{
    public BrokerAddress Address => address;

    /// <summary>Null when it is not to be asked.</summary>
    public ManagementApi? Management => management;

    /// <summary>Who looks at which queue.</summary>
    public QueueTurns Turns { get; } = new();

    public TimeSpan Patience => patience;

    public TimeProvider Time => time;

    public static BrokerAccess From(DeadLetterOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options.Broker, nameof(options));
        if (options.Patience <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(options.Patience)} must be above 0.", nameof(options));
        if (options.Management is { } given && (!given.IsAbsoluteUri || given.Scheme is not ("http" or "https")))
            throw new ArgumentException($"{nameof(options.Management)} looks like http://host:15672 (or https://).", nameof(options));
        BrokerAddress address = BrokerAddress.From(options.Broker);
        ManagementApi? management = options.UseManagement
            ? new ManagementApi(address.ManagementAddress(options.Management), address.VirtualHost, options.Patience)
            : null;
        return new(address, management, options.Patience, time);
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="purpose">What for, in the words of an error.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="forMany">Whether many messages go over it: what is written may wait a millisecond for more then.</param>
    /// <exception cref="DeadLetterAccessException">It could not be.</exception>
    public async Task<BrokerSession> ConnectAsync(string purpose, CancellationToken cancellationToken, bool forMany = false)
    {
        ConnectionFactory factory = address.CreateFactory(patience);
        if (forMany)
            factory.SocketFactory = static family => new CoalescingTcpClient(family);
        IConnection connection = await BoundAsync(purpose, token => ConnectAsync(factory, token), cancellationToken).ConfigureAwait(false);
        return new(connection, patience);
    }

    private static async Task<IConnection> ConnectAsync(ConnectionFactory factory, CancellationToken cancellationToken)
    {
        IConnection connection = await factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
            return connection;
        // Made after it was given up on: nobody would close it.
        await connection.DisposeAsync().ConfigureAwait(false);
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Opens a connection, does what is to be done over it, and closes it.</summary>
    /// <inheritdoc cref="GuardAsync"/>
    public async Task<T> UseAsync<T>(
        string purpose, Func<BrokerSession, Task<T>> use, CancellationToken cancellationToken, bool forMany = false)
    {
        BrokerSession session = await ConnectAsync(purpose, cancellationToken, forMany).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await GuardAsync(purpose, () => use(session), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The border: whatever the client throws, a time-out as a cancellation too, is told as the project's own exception.</summary>
    /// <exception cref="DeadLetterAccessException">The broker could not be asked.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up, and nobody else.</exception>
    private async Task<T> GuardAsync<T>(string purpose, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (CallersOwnException own)
        {
            own.Failure.Throw();
            throw;
        }
        catch (Exception failure) when (failure is not (DeadLetterAccessException or PeekRefusedException))
        {
            throw Failed(purpose, failure);
        }
    }

    /// <summary>Ends with an answer, a cancellation or a <see cref="DeadLetterAccessException"/>, and within the patience.</summary>
    public Task<T> BoundAsync<T>(string purpose, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        GuardAsync(purpose, () => WithinPatienceAsync(ask, cancellationToken), cancellationToken);

    private async Task<T> WithinPatienceAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var bound = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bound.Token);
        Task<T> asked = ask(either.Token);
        try
        {
            // The client's own time-outs, and the token it is given, do not bound a handshake with a broker that hangs.
            return await asked.WaitAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            // What is given up on ends by itself, and its failure is nobody's news.
            _ = asked.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>The management API, if it is this broker's; else null, and why not, if it was to be asked.</summary>
    public async Task<(ManagementApi? Api, string? Problem)> ManagementOfAsync(BrokerSession session, CancellationToken cancellationToken)
    {
        if (management is null)
            return (null, "The management API is not used.");
        return await management.ForeignAsync(session.ClusterName, cancellationToken).ConfigureAwait(false) is { } other
            ? (null, $"The management API at {management.Address} belongs to another broker, '{other}'; at {address} answers '{session.ClusterName}'.")
            : (management, null);
    }

    public DeadLetterAccessException Failed(string purpose, Exception failure) => Failed(
        purpose,
        failure is OperationCanceledException or TimeoutException
            ? string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds} s")
            : (failure as OperationInterruptedException)?.ShutdownReason?.ReplyText ?? failure.GetBaseException().Message,
        failure);

    public DeadLetterAccessException Failed(
        string purpose, string reason, Exception? cause = null, DeadLetterTrouble trouble = DeadLetterTrouble.Broker) =>
        new($"Could not {purpose} at {address}: {reason}", cause, trouble);

    /// <summary>Whether a failure is the broker's, for what goes on after one. A cancellation by the caller is told apart before.</summary>
    public static bool IsTrouble(Exception failure) =>
        failure is RabbitMQClientException or IOException or TimeoutException or SocketException or ObjectDisposedException or OperationCanceledException;
}
