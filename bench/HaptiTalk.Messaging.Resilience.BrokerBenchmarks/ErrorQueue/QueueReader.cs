using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>Looks at queues past the bus.</summary>
internal sealed class QueueReader : IAsyncDisposable
{
    private readonly IConnection _connection;

    private QueueReader(IConnection connection) => _connection = connection;

    public static async Task<QueueReader> ConnectAsync(Uri broker, CancellationToken cancellationToken) =>
        new(await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken));

    /// <summary>Messages that are ready; 0 when there is no such queue.</summary>
    public async Task<uint> CountAsync(string queue, CancellationToken cancellationToken)
    {
        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }

    /// <summary>Takes every message out of a queue and returns the numbers of their events.</summary>
    public async Task<IReadOnlyList<int>> TakeNumbersAsync(string queue, CancellationToken cancellationToken)
    {
        List<int> numbers = [];
        if (await CountAsync(queue, cancellationToken) == 0)
            return numbers;

        await using IChannel channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        while (await channel.BasicGetAsync(queue, autoAck: true, cancellationToken) is { } message)
        {
            using JsonDocument envelope = JsonDocument.Parse(message.Body);
            numbers.Add(envelope.RootElement.GetProperty("message").GetProperty("number").GetInt32());
        }

        return numbers;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
