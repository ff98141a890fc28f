using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Waits until a broker lets somebody in, by trying it: an open port alone may belong to one that is still starting.</summary>
internal sealed class BrokerDoor(WatchedBus bus, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task WaitAsync(RabbitMqHostSettings settings, ConnectionFactory factory)
    {
        CancellationToken stopping = bus.Stopping;
        while (true)
        {
            await settings.Refresh(factory).ConfigureAwait(false);
            if (await TryAsync(settings, factory, stopping).ConfigureAwait(false) is not { } reason)
                return;

            bus.State.Away(reason);

            // Not all instances at once.
            await Task.Delay(Pause * (0.5 + Random.Shared.NextDouble()), clock, stopping).ConfigureAwait(false);
        }
    }

    // Why it is not to be reached; null when it is, or says no: what it objects to, MassTransit's own try will report.
    private async Task<string?> TryAsync(RabbitMqHostSettings settings, ConnectionFactory factory, CancellationToken stopping)
    {
        string name = $"{settings.ClientProvidedName} (is the broker back?)";
        Task<IConnection> trial = settings.EndpointResolver is { } resolver
            ? factory.CreateConnectionAsync(resolver, name, stopping)
            : factory.CreateConnectionAsync([settings.Host], name, stopping);
        try
        {
            // None of the client's own limits ends a handshake that a frozen broker does not answer.
            await trial.WaitAsync(settings.RequestedConnectionTimeout, clock, stopping).ConfigureAwait(false);
            await CloseAsync(trial).ConfigureAwait(false);
            return null;
        }
        catch (BrokerUnreachableException failure) when (failure.GetBaseException() is var cause)
        {
            return IsObjection(cause) ? null : cause.Message;
        }
        catch (TimeoutException)
        {
            _ = CloseAsync(trial);
            return $"no connection within {settings.RequestedConnectionTimeout.TotalSeconds:0.###} s";
        }
    }

    // Credentials, virtual host, certificate: waiting helps against none of them.
    private static bool IsObjection(Exception cause) => cause
        is AuthenticationFailureException or PossibleAuthenticationFailureException or OperationInterruptedException or AuthenticationException;

    // One that was given up may come about all the same. How closing it fails is of no interest.
    private static async Task CloseAsync(Task<IConnection> trial)
    {
        await ((Task)trial).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!trial.IsCompletedSuccessfully)
            return;

        IConnection connection = await trial.ConfigureAwait(false);
        await connection.AbortAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
