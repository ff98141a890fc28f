using System.Text;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A sender's own <c>x-delivery-count</c>, of any AMQP type, neither fails an event that is to be held nor loses it.</summary>
public sealed class DeliveryCountTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<object> Counts =>
    [
        1e300, -1e300, 1e30f, 1.5m, true, long.MinValue, "many", new byte[] { 0xFF, 0xFE }, new AmqpTimestamp(long.MaxValue),
        new List<object?> { 1 }, new Dictionary<string, object?> { ["a"] = 1 },
    ];

    [Theory]
    [MemberData(nameof(Counts), DisableDiscoveryEnumeration = true)]
    public async Task Publish_BreakerOpen_TheEventIsHeldAndThenConsumed(object count)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(context =>
                context.Message.Number == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask)),
            Settings.Of("user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=00:00:01"));
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        await RawMessage.PublishAsync(
            host,
            "happened",
            new BasicProperties
            {
                ContentType = "application/vnd.masstransit+json",
                Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-delivery-count"] = count },
            },
            Encoding.UTF8.GetBytes("""{ "messageType": [ "urn:message:HaptiTalk.Messaging.Resilience.Tests:Happened" ], "message": { "number": 2 } }"""));
        await bus.DeliveredAsync("happened", 2);

        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u, "only the event that opened the breaker failed");
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
    }
}
