using System.Globalization;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The access of all dead-letter operations to the broker. It turns every failure into a <see cref="DeadLetterAccessException"/>.</summary>
internal sealed class DeadLetterAccess(BrokerClient broker)
{
    private const string ConnectionName = "haptitalk-dead-letters";

    public BrokerAddress Address => broker.Address;

    /// <summary>Null when it must not be used.</summary>
    public ManagementApi? Management => broker.Management;

    public TimeSpan AnswerTimeout => broker.AnswerTimeout;

    public TimeProvider Time => broker.Time;

    /// <summary>Lets one operation at a time look into a queue.</summary>
    public QueueTurns Turns { get; } = new();

    public static DeadLetterAccess From(DeadLetterOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options.Broker, nameof(options));
        if (options.AnswerTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(options.AnswerTimeout)} must be above 0.", nameof(options));
        if (options.Management is { } given && (!given.IsAbsoluteUri || given.Scheme is not ("http" or "https")))
            throw new ArgumentException($"{nameof(options.Management)} looks like http://host:15672 (or https://).", nameof(options));
        BrokerAddress address = BrokerAddress.From(options.Broker);
        ManagementApi? management = options.UseManagement
            ? new ManagementApi(address.ManagementAddress(options.Management), address.VirtualHost, options.AnswerTimeout)
            : null;
        return new(new BrokerClient(address, management, ConnectionName, options.AnswerTimeout, time));
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="purpose">What it is for. An error message says it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DeadLetterAccessException">The broker could not be reached.</exception>
    public Task<BrokerSession> ConnectAsync(string purpose, CancellationToken cancellationToken) =>
        GuardAsync(purpose, () => broker.ConnectAsync(cancellationToken), cancellationToken);

    /// <summary>Opens a connection, uses it, and closes it.</summary>
    /// <inheritdoc cref="GuardAsync"/>
    public async Task<T> UseAsync<T>(
        string purpose, Func<BrokerSession, Task<T>> use, CancellationToken cancellationToken)
    {
        BrokerSession session = await ConnectAsync(purpose, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await GuardAsync(purpose, () => use(session), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the broker, and stops waiting after <see cref="AnswerTimeout"/>.</summary>
    /// <inheritdoc cref="GuardAsync"/>
    public Task<T> WithinTimeoutAsync<T>(string purpose, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        GuardAsync(purpose, () => broker.WithinTimeoutAsync(ask, cancellationToken), cancellationToken);

    /// <inheritdoc cref="BrokerClient.ManagementOfAsync"/>
    public Task<(ManagementApi? Api, string? Problem)> ManagementOfAsync(BrokerSession session, CancellationToken cancellationToken) =>
        broker.ManagementOfAsync(session, cancellationToken);

    public DeadLetterAccessException Failed(string purpose, Exception failure) => Failed(
        purpose,
        failure is OperationCanceledException or TimeoutException
            ? string.Create(CultureInfo.InvariantCulture, $"no answer within {AnswerTimeout.TotalSeconds} s")
            : (failure as OperationInterruptedException)?.ShutdownReason?.ReplyText ?? failure.GetBaseException().Message,
        failure);

    public DeadLetterAccessException Failed(
        string purpose, string reason, Exception? cause = null, DeadLetterError error = DeadLetterError.Broker) =>
        new($"Could not {purpose} at {Address}: {reason}", cause, error);

    /// <summary>Lets the caller's own exceptions through, and wraps all others. A timeout of the client looks like a cancellation, and is wrapped, too.</summary>
    /// <exception cref="DeadLetterAccessException">The broker could not be asked.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
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
}
