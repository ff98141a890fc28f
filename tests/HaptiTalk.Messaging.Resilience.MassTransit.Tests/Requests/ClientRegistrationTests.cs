using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>However a client is registered and obtained by injection, its calls are protected.</summary>
public sealed class ClientRegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_NoClientRegistered_OpenGenericIsProtected()
    {
        await using TestBus bus = await StartAsync(static _ => { });

        await AskAndExpectProtectionAsync(bus, bus.Client<Ask>());
    }

    [Fact]
    public async Task GetResponse_ClientAddedBeforeTheFramework_IsProtected()
    {
        await using TestBus bus = await StartAsync(static bus =>
        {
            bus.AddRequestClient<Ask>();
            bus.AddMessagingResilience();
        });

        await AskAndExpectProtectionAsync(bus, bus.Client<Ask>());
    }

    [Fact]
    public async Task GetResponse_ClientAddedAfterTheFramework_IsProtected()
    {
        await using TestBus bus = await StartAsync(static bus =>
        {
            bus.AddMessagingResilience();
            bus.AddRequestClient<Ask>();
        });

        await AskAndExpectProtectionAsync(bus, bus.Client<Ask>());
    }

    [Fact]
    public async Task GetResponse_ClientWithAnAddress_IsProtected()
    {
        await using TestBus bus = await StartAsync(static bus => bus.AddRequestClient<Ask>(new Uri("queue:ask")));

        await AskAndExpectProtectionAsync(bus, bus.Client<Ask>());
    }

    [Fact]
    public async Task GetResponse_ClientFromTheScopedFactory_IsProtected()
    {
        await using TestBus bus = await StartAsync(static _ => { });
        var factory = bus.Services.GetRequiredService<IScopedClientFactory>();

        await AskAndExpectProtectionAsync(bus, factory.CreateRequestClient<Ask>());
    }

    [Fact]
    public async Task GetResponse_ClientWithAnAddressFromTheScopedFactory_IsProtected()
    {
        await using TestBus bus = await StartAsync(static _ => { });
        var factory = bus.Services.GetRequiredService<IScopedClientFactory>();

        await AskAndExpectProtectionAsync(bus, factory.CreateRequestClient<Ask>(new Uri("queue:ask")));
    }

    [Fact]
    public async Task GetResponse_MassTransitsTestHarness_IsProtected()
    {
        var services = new ServiceCollection();
        services.AddMessagingResilience(new ConfigurationBuilder().AddInMemoryCollection(TestBus.QuickProfile).Build());
        services.AddMassTransitTestHarness(TextWriter.Null, static bus =>
        {
            bus.AddHandler(static (ConsumeContext<Ask> context) => context.RespondAsync(new Answer("x")));
            bus.AddMessagingResilience();
        });
        await using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);
        ITestHarness harness = await provider.StartTestHarness();

        await harness.GetRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        ServiceSnapshot snapshot = provider.GetRequiredService<IMessagingResilience>().GetSnapshot().ShouldHaveSingleItem();
        (snapshot.Service, snapshot.Side, snapshot.SuccessfulExecutions).ShouldBe(("user", ResilienceSide.Client, 1));
    }

    private static async Task AskAndExpectProtectionAsync(TestBus bus, IRequestClient<Ask> client)
    {
        Response<Answer> reply = await client.GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    private static Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> bus) => TestBus.StartAsync(
        bus,
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(Callee.Answers)),
        protectConsumers: false);
}
