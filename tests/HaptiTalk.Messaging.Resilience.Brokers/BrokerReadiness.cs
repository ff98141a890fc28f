using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Waits until AMQP answers.</summary>
internal static class BrokerReadiness
{
    private const int LogLines = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the version the broker reports.</summary>
    public static async Task<string> WaitAsync(IBroker broker, CancellationToken cancellationToken)
    {
        ConnectionFactory factory = new()
        {
            Uri = broker.Address,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
            ContinuationTimeout = TimeSpan.FromSeconds(5),
        };
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using IConnection connection = await factory.CreateConnectionAsync(cancellationToken);
                // The client does not wait for the answer to connection.open; a channel shows that the virtual host is there.
                await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                return Version(connection);
            }
            // A time-out of the client's own comes as a cancellation that nobody asked for.
            catch (Exception failure) when (
                failure is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException
                || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (time.GetElapsedTime(start) > Patience)
                    throw await NotReadyAsync(broker, failure, cancellationToken);
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private static string Version(IConnection connection) =>
        connection.ServerProperties?.TryGetValue("version", out object? version) is true && version is byte[] text
            ? Encoding.UTF8.GetString(text)
            : "of unknown version";

    private static async Task<BrokerUnavailableException> NotReadyAsync(
        IBroker broker, Exception failure, CancellationToken cancellationToken)
    {
        string[] log = (await broker.ReadLogAsync(cancellationToken)).Split('\n');
        return new BrokerUnavailableException(
            $"AMQP did not answer at {broker.Address.Authority} ({broker.Description}) within {Patience.TotalSeconds} s: " +
            $"{failure.GetBaseException().Message}{Environment.NewLine}{string.Join('\n', log.TakeLast(LogLines))}", failure);
    }
}
