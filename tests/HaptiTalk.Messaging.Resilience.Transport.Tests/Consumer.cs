using System.Text;
using Polly;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>Consumes a queue under a profile: events are held while the circuit is open, requests are refused or left to others.</summary>
internal sealed class Consumer(TransportResilience transport, IConnection connection, IChannel channel, Func<string, ValueTask<string>> handler)
    : IReceiver, IQueueConsumer, IAsyncDisposable
{
    public const string Queue = "user", Failure = "Failure";

    private readonly OperationState _operation = transport.OperationOf(ResilienceSide.Consumer, "user", "ask");
    private readonly ExecutionRunner _runner = transport.RunnerFor();
    private readonly HoldingEndpoint _endpoint = transport.AddEndpoint(new($"queue:{Queue}"));
    private string _tag = "";

    public static async Task<Consumer> StartAsync(
        TransportResilience transport, Uri address, Func<string, ValueTask<string>> handler, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address, NetworkRecoveryInterval = TimeSpan.FromMilliseconds(200), ConsumerDispatchConcurrency = 16 };
        IConnection connection = await factory.CreateConnectionAsync(cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        var consumer = new Consumer(transport, connection, channel, handler);
        await consumer.StartAsync();
        consumer._endpoint.Ready(consumer);
        return consumer;
    }

    public async Task StartAsync()
    {
        var received = new AsyncEventingBasicConsumer(channel);
        received.ReceivedAsync += (_, message) => new Delivery(this, channel, handler, message).ConsumeAsync();
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
        _endpoint.Stopping();
        await _endpoint.BusStoppingAsync();
        await connection.DisposeAsync();
        _endpoint.Dispose();
    }

    private Task AnswerAsync(IReadOnlyBasicProperties request, Outcome<string> outcome, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (outcome.Exception is RejectedException refusal)
            RefusalFormat.Write(refusal, depth: 0, (key, text) => headers[key] = text);
        else if (outcome.Exception is { } failure)
            headers[Failure] = failure.Message;
        var properties = new BasicProperties { CorrelationId = request.CorrelationId, Headers = headers };
        return channel.BasicPublishAsync("", request.ReplyTo!, mandatory: false, properties, Encoding.UTF8.GetBytes(outcome.Result ?? ""), cancellationToken).AsTask();
    }

    private sealed class Delivery(Consumer consumer, IChannel channel, Func<string, ValueTask<string>> handler, BasicDeliverEventArgs message)
        : ConsumedMessage<string>
    {
        // The client uses its buffer again.
        private readonly string _text = Encoding.UTF8.GetString(message.Body.Span);

        public override bool IsRequest { get; } = message.BasicProperties.ReplyTo is not null;

        public override CancellationToken CancellationToken => message.CancellationToken;

        public override IQueueConsumer Consumer => consumer;

        public override ExecutionPlan Plan() => new(consumer._operation, CancellationToken) { Queueing = IsRequest ? Queueing.Bounded : Queueing.Unbounded };

        public override async ValueTask<Outcome<string>> AttemptAsync(Execution execution, CancellationToken cancellationToken) =>
            Outcome.FromResult(await handler(_text));

        public async Task ConsumeAsync()
        {
            try
            {
                Outcome<string> outcome = await consumer._endpoint.ConsumeAsync(consumer._runner, consumer._operation, this);
                if (IsRequest)
                    await consumer.AnswerAsync(message.BasicProperties, outcome, CancellationToken);
                await (IsRequest || outcome.Exception is null
                    ? channel.BasicAckAsync(message.DeliveryTag, multiple: false)
                    : channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: false));
            }
            catch (OperationCanceledException)
            {
                await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
            }
        }
    }
}
