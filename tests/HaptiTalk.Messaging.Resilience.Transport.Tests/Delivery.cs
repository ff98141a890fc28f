using System.Text;
using Polly;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.Transport.Tests;

/// <summary>One message on its way through a consumer.</summary>
internal sealed class Delivery(Consumer consumer, BasicDeliverEventArgs message) : IWork<string, Outcome<string>>, IIncomingMessage
{
    /// <summary>On an answer: the handler has failed, and this is what it says.</summary>
    public const string Failure = "Failure";

    // The client uses its buffer again.
    private readonly string _text = Encoding.UTF8.GetString(message.Body.Span);
    private readonly string? _replyTo = message.BasicProperties.ReplyTo;
    private RefusedRequest _decision = RefusedRequest.Refuse;

    public CancellationToken CancellationToken => message.CancellationToken;

    // A classic queue does not count.
    public long DeliveryCount => 0;

    public IQueueConsumer Consumer => consumer;

    private bool IsRequest => _replyTo is not null;

    public async Task ConsumeAsync()
    {
        try
        {
            if (IsRequest)
                consumer.Endpoint.RequestArrived(consumer.Operation, this);
            Outcome<string> outcome;
            do
                outcome = await RunAsync();
            while (_decision == RefusedRequest.RunAgain);

            if (IsRequest)
                await ReplyAsync(outcome);
            if (outcome.Exception is null || IsRequest)
                await consumer.Channel.BasicAckAsync(message.DeliveryTag, multiple: false, CancellationToken);
            else
                await consumer.Channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: false, CancellationToken);
        }
        catch (OperationCanceledException)
        {
            await consumer.Channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true);
        }
    }

    public async ValueTask<Outcome<string>> AttemptAsync(Execution execution, CancellationToken cancellationToken) =>
        Outcome.FromResult(await consumer.Handler(_text));

    public async ValueTask<bool> EndedAsync(Execution execution, Outcome<string> outcome)
    {
        _decision = IsRequest && execution.OwnRefusal is CircuitOpenRejectedException
            ? await consumer.Endpoint.DecideAsync(execution, this, isAnswered: false)
            : RefusedRequest.Refuse;
        return _decision == RefusedRequest.GiveBack ? throw new OperationCanceledException("Another instance takes it.") : _decision != RefusedRequest.RunAgain;
    }

    public Outcome<string> Answer(Outcome<string> outcome) => outcome;

    private async Task<Outcome<string>> RunAsync()
    {
        HeldTurn turn = IsRequest ? default : await consumer.Endpoint.WaitAsync(consumer.Operation, this);
        bool succeeded = false;
        try
        {
            Outcome<string> outcome = await consumer.Runner.RunAsync<string, Outcome<string>, Delivery>(
                new(consumer.Operation, CancellationToken) { Queueing = IsRequest ? Queueing.Bounded : Queueing.Unbounded }, this);
            succeeded = outcome.Exception is null;
            return outcome;
        }
        finally
        {
            turn.End(succeeded);
        }
    }

    private async Task ReplyAsync(Outcome<string> outcome)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (outcome.Exception is RejectedException refusal)
            RefusalFormat.Write(refusal, depth: 0, (key, text) => headers[key] = text);
        else if (outcome.Exception is { } failure)
            headers[Failure] = failure.Message;
        var properties = new BasicProperties { CorrelationId = message.BasicProperties.CorrelationId, Headers = headers };
        await consumer.Channel.BasicPublishAsync("", _replyTo!, mandatory: false, properties, Encoding.UTF8.GetBytes(outcome.Result ?? ""), CancellationToken);
    }
}
