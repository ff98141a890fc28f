using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Orders asks inventory, which asks payments, which an operator has isolated: three services on a real broker.</summary>
public sealed class IsolatedServiceTests(BrokerFixture broker)
{
    // As many at once as a bulkhead admits.
    private const int Calls = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_PaymentsIsolated_CallersOfInventoryAreRefusedAndNobodyCountsAFailure()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus payments = await StartAsync(host, "payments", static (_, endpoint) => endpoint.Handler<Ask>(Callee.Answers));
        await using RabbitBus inventory = await StartInventoryAsync(host);
        await using RabbitBus orders = await StartAsync(host, "orders", configure: null);
        (await AskAsync(orders)).Message.Text.ShouldBe("x");
        payments.Services.GetRequiredService<IResilienceControl>().Isolate(new("payments"), "test");

        RejectedException[] refused = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Should.ThrowAsync<RejectedException>(AskAsync(orders))));
        await inventory.DeliveredAsync("inventory", 1 + Calls);

        refused.ShouldAllBe(one => one.Service == "payments" && one.Operation == "ask" && one.Depth == 2 && one.RetryAfter == null);
        refused.ShouldAllBe(one => one.Message.StartsWith("'payments' refused, two calls below 'orders'.", StringComparison.Ordinal));
        foreach (RabbitBus bus in (RabbitBus[])[payments, inventory, orders])
        {
            bus.Services.GetRequiredService<IMessagingResilience>().GetSnapshot().ShouldAllBe(snapshot => snapshot.FailureCount == 0);
            bus.Measured.Sum("executions", ("result", "failure")).ShouldBe(0);
        }

        inventory.Measured.Sum("executions", ("side", "consumer"), ("result", "rejected"), ("origin", "payments")).ShouldBe(Calls);
        orders.Measured.Sum("executions", ("side", "client"), ("result", "rejected"), ("origin", "payments")).ShouldBe(Calls);
        foreach (string queue in (string[])["payments", "inventory"])
        {
            (await Queue.CountAsync(host, $"{queue}_error") ?? 0).ShouldBe(0u);
            (await Queue.CountAsync(host, $"{queue}_skipped") ?? 0).ShouldBe(0u);
            (await Queue.CountAsync(host, queue)).ShouldBe(0u);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_PaymentsIsolated_EventsOfInventoryAreHeldAndConsumedOnceItIsBack(bool quorum)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus payments = await StartAsync(host, "payments", static (_, endpoint) => endpoint.Handler<Ask>(Callee.Answers));
        await using RabbitBus inventory = await StartInventoryAsync(host, quorum);
        var control = payments.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("payments"), "test");
        for (int number = 0; number < Calls; number++)
            await inventory.Bus.Publish(new Happened(number), Token);
        await inventory.TakenAsync("inventory", 3 * Calls);

        (await Queue.CountAsync(host, "inventory_error") ?? 0).ShouldBe(0u);
        control.Close(new("payments"), "test");
        await inventory.Measured.ReachedAsync(Calls, "executions", ("side", "consumer"), ("operation", "happened"), ("result", "success"));

        inventory.Measured.Sum("executions", ("side", "consumer"), ("operation", "happened")).ShouldBe(Calls);
        inventory.Measured.Sum("circuit_breaker_calls", ("result", "failure")).ShouldBe(0);
        (await Queue.CountAsync(host, "inventory_error") ?? 0).ShouldBe(0u);
        await Queue.ShouldHoldAsync(host, "inventory", 0);
    }

    private static Task<Response<Answer>> AskAsync(RabbitBus orders) => orders.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

    // A second is the shortest time for which messages are held: each is given back twice at least.
    private static Task<RabbitBus> StartInventoryAsync(VirtualHost host, bool quorum = false) => StartAsync(
        host,
        "inventory",
        (services, endpoint) =>
        {
            if (quorum)
                endpoint.SetQuorumQueue();
            endpoint.PrefetchCount = 64;
            endpoint.Handler<Outer>(async context => await context.RespondAsync(await AskPaymentsAsync(services, context.CancellationToken)));
            endpoint.Handler<Happened>(context => AskPaymentsAsync(services, context.CancellationToken));
        },
        "inventory:CircuitBreaker:HoldLimit=00:00:01");

    private static async Task<Answer> AskPaymentsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IRequestClient<Ask>>().GetResponse<Answer>(new Ask("x"), cancellationToken)).Message;
    }

    private static Task<RabbitBus> StartAsync(VirtualHost host, string service, Action<IServiceProvider, IRabbitMqReceiveEndpointConfigurator>? configure, params string[] settings)
    {
        Dictionary<string, string?> all = Settings.Of(
            ["orders:Retry:MaxRetries=0", "inventory:Retry:MaxRetries=0", "payments:Retry:MaxRetries=0", .. settings]);
        all["Resilience:Service"] = service;
        all["Resilience:Messages:Outer"] = "inventory";
        all["Resilience:Messages:Ask"] = "payments";
        return RabbitBus.StartAsync(
            host,
            (context, rabbit) =>
            {
                if (configure is not null)
                    rabbit.ReceiveEndpoint(service, endpoint => configure(context, endpoint));
            },
            all);
    }
}
