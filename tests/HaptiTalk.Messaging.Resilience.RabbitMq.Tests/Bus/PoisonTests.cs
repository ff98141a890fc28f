using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Sixty events that fail wherever they are consumed, in a queue that two instances take requests from as well.</summary>
public sealed class PoisonTests(BrokerFixture broker)
{
    private const int Poison = 60;
    private const int Requests = 100;
    private const int FailureThreshold = 5;

    private static readonly ControlTarget PoisonConsumers = new("user", ResilienceSide.Consumer, "happened");

    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_PoisonHasOpenedItsCircuits_BothInstancesGoOnAnswering()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus one = await StartAsync(host, "one");
        await using RabbitBus two = await StartAsync(host, "two");
        await PoisonAsync(one, two);

        for (int number = 0; number < Requests; number++)
            await one.Client<Ask>().GetResponse<Answer>(new Ask($"{number}"), Token);

        _answered.Keys.ShouldBe(["one", "two"], ignoreOrder: true);
        _answered.Values.Sum().ShouldBe(Requests);
        StatesOf(one).Concat(StatesOf(two)).ShouldBe(["ask Closed", "happened Open", "ask Closed", "happened Open"]);
        (await Queue.CountAsync(host, "stock_error")).ShouldBe(2u * FailureThreshold, "what opened the circuits");
    }

    [Fact]
    public async Task Disable_PoisonIsHeld_DrainsIntoTheErrorQueueWhileRequestsAreAnswered()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus one = await StartAsync(host, "one");
        await using RabbitBus two = await StartAsync(host, "two");
        await PoisonAsync(one, two);

        foreach (RabbitBus bus in (RabbitBus[])[one, two])
            bus.Services.GetRequiredService<IResilienceControl>().Disable(PoisonConsumers, TimeSpan.FromMinutes(10), "operator", "poison");
        await Queue.ShouldHoldAsync(host, "stock_error", Poison);

        StatesOf(one).Concat(StatesOf(two)).ShouldBe(["ask Closed", "happened Disabled", "ask Closed", "happened Disabled"]);
        one.Snapshot(ResilienceSide.Consumer).HeldMessages.ShouldBe(0);
        (await one.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBeOneOf("one", "two");
        await one.Bus.Publish(new Happened(Poison), Token);
        await Queue.ShouldHoldAsync(host, "stock_error", Poison + 1);
    }

    [Fact]
    public async Task Snapshot_PoisonHasOpenedItsCircuit_SaysWhatAndWhere()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, "one");
        Guid last = default;
        for (int number = 0; number < FailureThreshold; number++)
        {
            last = Guid.NewGuid();
            await bus.Bus.Publish(new Happened(number), context => context.MessageId = last, Token);
            await bus.DeliveredAsync("stock", 1 + number);
        }

        bus.Snapshot(ResilienceSide.Consumer).Circuits.ShouldHaveSingleItem().Cause.ShouldBe(new(
            "System.InvalidOperationException", "poison", $"{typeof(PoisonTests).FullName}.StartAsync", last, FailureThreshold));
    }

    private static IEnumerable<string> StatesOf(RabbitBus bus) =>
        bus.Snapshot(ResilienceSide.Consumer).Circuits.Select(circuit => $"{circuit.Operation} {circuit.State}");

    // Ends when each instance has opened its circuit and holds what is left.
    private static async Task PoisonAsync(RabbitBus one, RabbitBus two)
    {
        await one.Client<Ask>().GetResponse<Answer>(new Ask("both are there"), Token);
        await one.Client<Ask>().GetResponse<Answer>(new Ask("both are there"), Token);
        await Task.WhenAll(Enumerable.Range(0, Poison).Select(number => one.Bus.Publish(new Happened(number), Token)));
        await Task.WhenAll(one.DeliveredAsync("stock", 1 + FailureThreshold), two.DeliveredAsync("stock", 1 + FailureThreshold));
        while (one.Taken("stock") + two.Taken("stock") < 2 + Poison)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, string instance) => RabbitBus.StartAsync(
        host,
        (_, rabbit) => rabbit.ReceiveEndpoint("stock", endpoint =>
        {
            endpoint.PrefetchCount = 64;
            endpoint.ConcurrentMessageLimit = 64;
            endpoint.Handler<Happened>(static _ => throw new InvalidOperationException("poison"));
            endpoint.Handler<Ask>(context =>
            {
                if (context.Message.Text != "both are there")
                    _answered.AddOrUpdate(instance, 1, static (_, count) => count + 1);
                return context.RespondAsync(new Answer(instance));
            });
        }),
        Settings.Of("user:Retry:MaxRetries=0", $"user:CircuitBreaker:FailureThreshold={FailureThreshold}", "user:CircuitBreaker:ResetTimeout=10:00:00"));
}
