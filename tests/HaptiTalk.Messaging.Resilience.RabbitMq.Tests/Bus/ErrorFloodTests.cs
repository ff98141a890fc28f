using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// Hundreds of events meet a consumer whose dependency is down: the error queue gets what opened the breaker and what probed it,
/// and everything else is consumed once, in order, when the dependency is back.
/// </summary>
public sealed class ErrorFloodTests(BrokerFixture broker)
{
    private const int Events = 400;
    private const int FailureThreshold = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_EverySettingAtItsDefault_OnlyWhatOpenedTheBreakerIsInTheErrorQueue()
    {
        Ledger billing = new() { IsBroken = true }, shipping = new(), notes = new();
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, (_, rabbit) =>
        {
            InOrder<Billed>(rabbit, "billing", happened => billing.ConsumeAsync(happened.Number));
            InOrder<Shipped>(rabbit, "shipping", happened => shipping.ConsumeAsync(happened.Number));
            InOrder<Noted>(rabbit, "notes", happened => notes.ConsumeAsync(happened.Number));
        });

        await PublishInOrderAsync(bus, static number => new Billed(number));
        await PublishAsync(bus, static number => new Noted(number));
        await bus.DeliveredAsync("notes", Events);
        await bus.DeliveredAsync("billing", FailureThreshold);
        CircuitOf(bus, "default").ShouldBe(CircuitState.Open);

        // Consumed under the same profile, and yet not held: each message has a circuit of its own.
        await PublishAsync(bus, static number => new Shipped(number));
        await bus.DeliveredAsync("shipping", Events);
        billing.IsBroken = false;
        bus.Services.GetRequiredService<IResilienceControl>().Close(new("default", ResilienceSide.Consumer), "operator");
        await bus.DeliveredAsync("billing", Events);

        billing.Consumed.ShouldBe(Enumerable.Range(FailureThreshold + 1, Events - FailureThreshold));
        shipping.Consumed.Order().ShouldBe(Enumerable.Range(1, Events));
        notes.Consumed.Order().ShouldBe(Enumerable.Range(1, Events));
        (await Queue.CountAsync(host, "billing_error")).ShouldBe((uint)FailureThreshold);
        await LeftNothingAsync(host, "billing", "billing_skipped");
        await LeftNothingAsync(host, "shipping", "shipping_error", "shipping_skipped");
        await LeftNothingAsync(host, "notes", "notes_error", "notes_skipped");
    }

    [Fact]
    public async Task Publish_OutageOutlastsSeveralProbes_EachProbeCostsOneEvent()
    {
        const int probes = 3;
        TimeSpan reset = TimeSpan.FromMilliseconds(500);
        var ledger = new Ledger { IsBroken = true };
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) => InOrder<Happened>(rabbit, "happened", happened => ledger.ConsumeAsync(happened.Number)),
            Settings.Of($"user:CircuitBreaker:ResetTimeout={reset:c}"));

        long start = Stopwatch.GetTimestamp();
        await PublishInOrderAsync(bus, static number => new Happened(number));
        await bus.DeliveredAsync("happened", FailureThreshold + probes);
        ledger.IsBroken = false;
        int possibleProbes = (int)(Stopwatch.GetElapsedTime(start) / reset);
        await bus.DeliveredAsync("happened", Events);

        // One more may have been under way when the dependency came back.
        int failed = Events - ledger.Consumed.Count;
        failed.ShouldBeInRange(FailureThreshold + probes, FailureThreshold + possibleProbes + 1);
        ledger.Consumed.ShouldBe(Enumerable.Range(failed + 1, Events - failed));
        (await Queue.CountAsync(host, "happened_error")).ShouldBe((uint)failed);
        await LeftNothingAsync(host, "happened", "happened_skipped");
    }

    private static void InOrder<T>(IRabbitMqBusFactoryConfigurator rabbit, string queue, Func<T, Task> consume)
        where T : class =>
        rabbit.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.Handler<T>(context => consume(context.Message));
        });

    private static CircuitState CircuitOf(RabbitBus bus, string service) => bus.Services.GetRequiredService<IMessagingResilience>()
        .GetSnapshot()
        .Single(snapshot => snapshot.Side == ResilienceSide.Consumer && snapshot.Service == service).CircuitState;

    private static Task PublishAsync(RabbitBus bus, Func<int, object> create) =>
        Task.WhenAll(Enumerable.Range(1, Events).Select(number => bus.Bus.Publish(create(number), Token)));

    private static async Task PublishInOrderAsync(RabbitBus bus, Func<int, object> create)
    {
        for (int number = 1; number <= Events; number++)
            await bus.Bus.Publish(create(number), Token);
    }

    private static async Task LeftNothingAsync(VirtualHost host, params string[] queues)
    {
        foreach (string queue in queues)
            (await Queue.CountAsync(host, queue) ?? 0).ShouldBe(0u, queue);
    }
}

public sealed record Billed(int Number);

public sealed record Shipped(int Number);

[ServiceProfile("session")]
public sealed record Noted(int Number);
