using System.Globalization;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Waits until a broker lets somebody in, by trying it: an open port alone may belong to one that is still starting.</summary>
internal sealed class ConnectGate(WatchedBus bus, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // What looks a login up for the broker may take many that fail for an attack.
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(2);

    private volatile bool _hasOpened;

    /// <param name="settings">The host's own.</param>
    /// <param name="nodes">The nodes of a cluster; null where there is one address.</param>
    /// <param name="factory">What MassTransit connects with.</param>
    public async Task WaitAsync(RabbitMqHostSettings settings, TrialNodes? nodes, ConnectionFactory factory)
    {
        CancellationToken stopping = bus.Stopping;
        HashSet<AmqpTcpEndpoint> closed = [];
        while (true)
        {
            await settings.Refresh(factory).ConfigureAwait(false);
            AmqpTcpEndpoint node = nodes?.Next() ?? new(settings.Host, factory.Port, factory.Ssl);
            if (await TryAsync(node, settings, factory, stopping).ConfigureAwait(false) is not { } failure)
            {
                _hasOpened = true;
                return;
            }

            bool isRefusal = failure.GetBaseException() is AuthenticationFailureException;
            // MassTransit ends a start with credentials that are refused. Ones that were good before can become good again.
            if (isRefusal && !_hasOpened)
                return;

            // The other nodes of a cluster come first.
            if (nodes is not null && closed.Add(node))
                continue;

            closed.Clear();
            if (isRefusal)
                bus.State.LoginRefused(failure.GetBaseException().Message);
            else
                bus.State.Away(failure is TimeoutException ? NoConnectionWithin(settings) : failure.GetBaseException().Message);

            // Not all instances at once.
            TimeSpan pause = isRefusal ? PauseAfterRefusal : Pause;
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), clock, stopping).ConfigureAwait(false);
        }
    }

    private static string NoConnectionWithin(RabbitMqHostSettings settings) => string.Create(
        CultureInfo.InvariantCulture, $"no connection within {settings.RequestedConnectionTimeout.TotalSeconds:0.###} s");

    // Why it lets nobody in; null when it does.
    private async Task<Exception?> TryAsync(AmqpTcpEndpoint node, RabbitMqHostSettings settings, ConnectionFactory factory, CancellationToken stopping)
    {
        Task<IConnection> trial = OpenAsync(node, $"{settings.ClientProvidedName} (is the broker back?)", factory, stopping);
        try
        {
            // None of the client's own limits ends a handshake that a frozen broker does not answer.
            await trial.WaitAsync(settings.RequestedConnectionTimeout, clock, stopping).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _ = CloseAsync(trial);
            stopping.ThrowIfCancellationRequested();
            return failure;
        }

        await CloseAsync(trial).ConfigureAwait(false);
        return null;
    }

    // The client does not wait for the broker to let it into the virtual host: the answer to a channel shows that.
    private static async Task<IConnection> OpenAsync(AmqpTcpEndpoint node, string name, ConnectionFactory factory, CancellationToken stopping)
    {
        IConnection connection = await factory.CreateConnectionAsync(new DefaultEndpointResolver([node]), name, stopping).ConfigureAwait(false);
        try
        {
            IChannel channel = await connection.CreateChannelAsync(cancellationToken: stopping).ConfigureAwait(false);
            await channel.DisposeAsync().ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await AbortAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    // One that was given up may come about all the same. How closing it fails is of no interest.
    private static async Task CloseAsync(Task<IConnection> trial)
    {
        await ((Task)trial).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (trial.IsCompletedSuccessfully)
            await AbortAsync(await trial.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task AbortAsync(IConnection connection)
    {
        await connection.AbortAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
