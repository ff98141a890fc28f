using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>Consumes a queue under a profile: events are held while the circuit is open, requests are refused or left to others.</summary>
internal sealed class Consumer(TransportResilience transport, IConnection connection, IChannel channel, Func<string, ValueTask<string>> handler)
    : IReceiver, IQueueConsumer, IAsyncDisposable
{
    public const string Queue = "user";

    private string _tag = "";

    public OperationState Operation { get; } = transport.OperationOf(ResilienceSide.Consumer, "user", "ask");

    public ExecutionRunner Runner { get; } = transport.RunnerFor();

    public HoldingEndpoint Endpoint { get; } = transport.AddEndpoint(new($"queue:{Queue}"));

    public IChannel Channel => channel;

    public Func<string, ValueTask<string>> Handler => handler;

    public static async Task<Consumer> StartAsync(
        TransportResilience transport, Uri address, Func<string, ValueTask<string>> handler, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address, NetworkRecoveryInterval = TimeSpan.FromMilliseconds(200), ConsumerDispatchConcurrency = 16 };
        IConnection connection = await factory.CreateConnectionAsync(cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicQosAsync(0, prefetchCount: 16, global: false, cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        var consumer = new Consumer(transport, connection, channel, handler);
        await consumer.StartAsync();
        consumer.Endpoint.Ready(consumer);
        return consumer;
    }

    public async Task StartAsync()
    {
        var received = new AsyncEventingBasicConsumer(channel);
        received.ReceivedAsync += (_, message) => new Delivery(this, message).ConsumeAsync();
        _tag = await channel.BasicConsumeAsync(Queue, autoAck: false, received);
    }

    public Task StopAsync() => TryCancelAsync(CancellationToken.None);

    public async Task<bool> TryCancelAsync(CancellationToken cancellationToken)
    {
        string tag = Interlocked.Exchange(ref _tag, "");
        if (tag.Length > 0)
            await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
        return tag.Length > 0;
    }

    public async Task<int?> CountAsync(CancellationToken cancellationToken) => (int)await channel.ConsumerCountAsync(Queue, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Endpoint.Stopping();
        await Endpoint.BusStoppingAsync();
        await connection.DisposeAsync();
        Endpoint.Dispose();
    }
}
