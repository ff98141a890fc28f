using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Polly;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>Asks a service through its queue, under its profile.</summary>
internal sealed class Caller(TransportResilience transport, IConnection connection, IChannel channel, BrokerState broker) : IAsyncDisposable
{
    private const string Replies = "amq.rabbitmq.reply-to";

    private readonly OperationState _operation = transport.OperationOf(ResilienceSide.Client, "user", "ask");
    private readonly ExecutionRunner _runner = transport.RunnerFor();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Outcome<string>>> _waiting = new(StringComparer.Ordinal);

    public static async Task<Caller> ConnectAsync(TransportResilience transport, Uri address, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = address, NetworkRecoveryInterval = TimeSpan.FromMilliseconds(200) };
        IConnection connection = await factory.CreateConnectionAsync(cancellationToken);
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        BrokerState broker = transport.AddBroker(address.Host);
        connection.ConnectionShutdownAsync += (_, ended) => Tell(() => broker.Away(ended.ReplyText));
        connection.RecoverySucceededAsync += (_, _) => Tell(broker.Back);
        var caller = new Caller(transport, connection, channel, broker);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, reply) => Tell(() => caller.Received(reply));
        await channel.BasicConsumeAsync(Replies, autoAck: true, consumer, cancellationToken);
        return caller;
    }

    public async Task<string> AskAsync(string text, CancellationToken cancellationToken)
    {
        Outcome<string> outcome = await _runner.RunAsync<string>(new(_operation, cancellationToken), (execution, token) => AttemptAsync(text, execution, token));
        outcome.ThrowIfException();
        return outcome.Result!;
    }

    public async Task PublishAsync(string text, CancellationToken cancellationToken) =>
        await channel.BasicPublishAsync("", Consumer.Queue, mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes(text), cancellationToken);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async ValueTask<Outcome<string>> AttemptAsync(string text, Execution execution, CancellationToken cancellationToken)
    {
        if (broker.RefusalFor(execution) is { } refusal)
            return Outcome.FromException<string>(refusal);

        string id = Guid.NewGuid().ToString();
        TaskCompletionSource<Outcome<string>> reply = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var properties = new BasicProperties
        {
            CorrelationId = id,
            ReplyTo = Replies,
            Expiration = execution.AttemptLeft.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [ResilienceHeaders.Deadline] = execution.DeadlineOwner },
        };
        await channel.BasicPublishAsync("", Consumer.Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(text), cancellationToken);
        return await reply.Task.WaitAsync(cancellationToken);
    }

    private void Received(BasicDeliverEventArgs reply)
    {
        if (!_waiting.TryRemove(reply.BasicProperties.CorrelationId ?? "", out TaskCompletionSource<Outcome<string>>? asked))
            return;

        Exception? failure = RefusalFormat.Read(Header, _operation.Name, transport.Service);
        failure ??= Header(Consumer.Failure) is { } thrown ? new RemoteException(thrown) : null;
        asked.TrySetResult(failure is null ? Outcome.FromResult(Encoding.UTF8.GetString(reply.Body.Span)) : Outcome.FromException<string>(failure));

        string? Header(string key) =>
            reply.BasicProperties.Headers?.TryGetValue(key, out object? value) is true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;
    }

    private static Task Tell(Action happened)
    {
        happened();
        return Task.CompletedTask;
    }
}

/// <summary>What the called service has thrown.</summary>
internal sealed class RemoteException(string message) : Exception(message);
