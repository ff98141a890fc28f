using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>The broker dies while events are held: it hands them out again, and what was held before must not run beside that.</summary>
[Collection(OwnBroker.Name)]
public sealed class HeldOutageTests(BrokerFixture broker)
{
    private readonly Ledger _ledger = new() { IsBroken = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_EventsHeld_EachIsConsumedOnceAfterTheRestart()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => rabbit.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(_ledger.ConsumeAsync)),
            Settings.Of("user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=10:00:00"));
        await bus.Bus.Publish(new Happened(0), Token);
        await bus.DeliveredAsync("happened");
        for (int number = 1; number <= 3; number++)
            await bus.Bus.Publish(new Happened(number), Token);
        await bus.TakenAsync("happened", 1 + 3);

        await broker.KillAsync(Token);
        await broker.StartAsync(Token);
        await bus.TakenAsync("happened", 1 + 3 + 3);
        _ledger.IsBroken = false;
        bus.Services.GetRequiredService<IResilienceControl>().Close(new("user"), "an operator");
        await bus.DeliveredAsync("happened", 1 + 3 + 3);

        _ledger.Consumed.Order().ShouldBe([1, 2, 3]);
        (await Queue.CountAsync(host, "happened")).ShouldBe(0u);
        (await Queue.CountAsync(host, "happened_error")).ShouldBe(1u);
    }
}
