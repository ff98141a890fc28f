using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>The called service: answers at once, and counts what arrives.</summary>
internal sealed class Answering
{
    private const string Queue = "matrix";

    public static readonly Uri Address = new($"queue:{Queue}");

    private readonly ConcurrentDictionary<int, int> _arrived = new();

    public void Configure(IRabbitMqBusFactoryConfigurator rabbit) => rabbit.ReceiveEndpoint(Queue, endpoint =>
    {
        endpoint.Handler<MatrixRequest>(static context => context.RespondAsync(new MatrixReply(context.Message.Number)));
        endpoint.Handler<MatrixEvent>(context => Count(context.Message.Number));
        endpoint.Handler<MatrixCommand>(context => Count(context.Message.Number));
    });

    /// <summary>How often each message has arrived.</summary>
    public IReadOnlyDictionary<int, int> Arrived => _arrived;

    private Task Count(int number)
    {
        _arrived.AddOrUpdate(number, 1, static (_, times) => times + 1);
        return Task.CompletedTask;
    }
}
