using System.Transactions;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What an outbox of the bus takes is not written to the broker, so no policy for that stands in its way.</summary>
public sealed class OutboxTests
{
    private readonly Collected<Happened> _published = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_IntoAnOutbox_IsTakenThoughTheBreakerRefuses()
    {
        await using TestBus bus = await StartAsync(static bus => bus.AddTransactionalEnlistmentBus());
        Isolate(bus);

        using (var transaction = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), Token);
            ISendEndpoint endpoint = await bus.Services.GetRequiredService<ISendEndpointProvider>().GetSendEndpoint(new Uri("queue:happened"));
            await endpoint.Send(new Happened(2), Token);
            transaction.Complete();
        }

        int[] arrived = [(await _published.NextAsync(Token)).Message.Number, (await _published.NextAsync(Token)).Message.Number];
        arrived.ShouldBe([1, 2], ignoreOrder: true);
        bus.Measured.Sum("executions", ("side", "publisher")).ShouldBe(0);
    }

    [Fact]
    public async Task Publish_WithoutAnOutbox_IsRefusedByTheBreaker()
    {
        await using TestBus bus = await StartAsync(static _ => { });
        Isolate(bus);

        await Should.ThrowAsync<CircuitOpenRejectedException>(bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), Token));
    }

    [Fact]
    public async Task Request_BesideAnOutbox_IsProtected()
    {
        await using TestBus bus = await StartAsync(static bus => bus.AddTransactionalEnlistmentBus());

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task Outbox_RegisteredAfterTheFramework_IsRefusedWithTheRemedy()
    {
        var services = new ServiceCollection();
        services.AddMessagingResilience(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        services.AddMassTransit(static bus =>
        {
            bus.AddMessagingResilience();
            bus.AddTransactionalEnlistmentBus();
            bus.UsingInMemory();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();

        Exception refused = Should.Throw<Exception>(() => provider.GetRequiredService<IBus>());

        refused.GetBaseException().ShouldBeOfType<ConfigurationException>().Message.ShouldContain("Call bus.AddMessagingResilience() after it.");
    }

    private static void Isolate(TestBus bus) =>
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Publisher), "test");

    private Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> configure) => TestBus.StartAsync(
        configure,
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint =>
        {
            endpoint.Handler<Ask>(Callee.Answers);
            endpoint.Handler<Happened>(_published.AddAsync);
        }));
}
