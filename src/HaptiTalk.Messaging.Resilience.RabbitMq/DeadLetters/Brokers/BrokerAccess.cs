using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// How a broker is reached: one connection for each operation, made when it begins. The broker is asked now and then, by people and
/// dashboards, and nothing is held between.
/// </summary>
internal sealed class BrokerAccess(BrokerAddress address, ManagementApi? management, TimeSpan patience, TimeProvider time)
{
    public BrokerAddress Address => address;

    /// <summary>Null when it is not to be asked.</summary>
    public ManagementApi? Management => management;

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
        IConnection connection = await BoundAsync(purpose, factory.CreateConnectionAsync, cancellationToken).ConfigureAwait(false);
        return new(connection, patience);
    }

    /// <summary>Ends with an answer, a cancellation or a <see cref="DeadLetterAccessException"/>, and within the patience.</summary>
    public async Task<T> BoundAsync<T>(string purpose, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
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
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException late)
        {
            throw Failed(purpose, $"no answer within {patience.TotalSeconds} s", late);
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Failed(purpose, failure);
        }
        finally
        {
            // What is given up on ends by itself, and its failure is nobody's news.
            _ = asked.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    public DeadLetterAccessException Failed(string purpose, Exception failure) =>
        Failed(purpose, (failure as OperationInterruptedException)?.ShutdownReason?.ReplyText ?? failure.GetBaseException().Message, failure);

    public DeadLetterAccessException Failed(
        string purpose, string reason, Exception? cause = null, DeadLetterTrouble trouble = DeadLetterTrouble.Broker) =>
        new($"Could not {purpose} at {address}: {reason}", cause, trouble);

    public static bool IsTrouble(Exception failure) => failure is RabbitMQClientException or IOException or TimeoutException;
}
