using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A message as it lies in a queue: every byte and every property.</summary>
internal sealed record RawMessage(ReadOnlyMemory<byte> Body, IReadOnlyBasicProperties Properties)
{
    /// <summary>The headers, texts as text.</summary>
    public Dictionary<string, object?> Headers { get; } = (Properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal)).ToDictionary(
        static header => header.Key,
        static header => header.Value is byte[] text ? Encoding.UTF8.GetString(text) : header.Value,
        StringComparer.Ordinal);

    public static async Task PublishAsync(VirtualHost host, string queue, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, cancellationToken);
    }

    public static async Task<RawMessage?> TakeAsync(VirtualHost host, string queue)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using IConnection connection = await ConnectAsync(host, cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return await channel.BasicGetAsync(queue, autoAck: true, cancellationToken) is { } message
            ? new(message.Body.ToArray(), new BasicProperties(message.BasicProperties))
            : null;
    }

    private static Task<IConnection> ConnectAsync(VirtualHost host, CancellationToken cancellationToken) =>
        new ConnectionFactory { Uri = host.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(cancellationToken);
}
