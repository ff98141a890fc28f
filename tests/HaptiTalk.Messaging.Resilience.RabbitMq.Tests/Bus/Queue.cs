using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Looks at a queue past the bus.</summary>
internal static class Queue
{
    /// <summary>Messages that are ready; null when there is no such queue.</summary>
    public static async Task<uint?> CountAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    /// <summary>Takes every message out of a queue and returns their headers.</summary>
    public static async Task<List<Dictionary<string, string>>> TakeAllAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        List<Dictionary<string, string>> messages = [];
        while (await channel.BasicGetAsync(queue, autoAck: true, cancellationToken) is { } message)
        {
            messages.Add((message.BasicProperties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal)).ToDictionary(
                header => header.Key,
                header => header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value?.ToString() ?? "",
                StringComparer.Ordinal));
        }

        return messages;
    }

    private static Task<IConnection> ConnectAsync(VirtualHost host, CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken);
}
