using MassTransit;
using MassTransit.Mediator;
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

    [Fact]
    public async Task GetResponse_ClientFromTheServiceProvider_IsProtected()
    {
        await using TestBus bus = await StartAsync(static _ => { });

        await AskAndExpectProtectionAsync(bus, bus.Services.CreateRequestClient<Ask>());
    }

    [Fact]
    public async Task GetResponse_FactoryWithAResponseEndpointOfItsOwn_IsProtected()
    {
        await using TestBus bus = await StartAsync(static bus => bus.SetRequestClientFactory((control, timeout) => control.ConnectClientFactory(timeout)));

        await AskAndExpectProtectionAsync(bus, bus.Services.GetRequiredService<IClientFactory>().CreateRequestClient<Ask>());
    }

    /// <summary>What is not taken from the container, or never leaves the process, is MassTransit's own, as documented.</summary>
    [Theory]
    [InlineData("client")]
    [InlineData("client with an address")]
    [InlineData("client of a consumer")]
    [InlineData("factory")]
    [InlineData("connected factory")]
    [InlineData("mediator")]
    public async Task GetResponse_ClientMadeByHandOrOfTheMediator_IsMassTransitsOwn(string way)
    {
        var consuming = new Collected<Happened>();
        await using TestBus bus = await StartAsync(
            bus => bus.AddHandler(async (ConsumeContext<Happened> context) => await consuming.AddAsync(context)),
            static services => services.AddMediator(
                static mediator => mediator.AddHandler(static (ConsumeContext<Ask> context) => context.RespondAsync(new Answer("x")))));
        await bus.Bus.Publish(new Happened(1), Token);
        IRequestClient<Ask> client = way switch
        {
            "client" => bus.Bus.CreateRequestClient<Ask>(),
            "client with an address" => bus.Bus.CreateRequestClient<Ask>(new Uri("queue:ask")),
            "client of a consumer" => (await consuming.NextAsync(Token)).CreateRequestClient<Ask>(bus.Bus),
            "mediator" => bus.Services.GetRequiredService<IMediator>().CreateRequestClient<Ask>(),
            "factory" => bus.Bus.CreateClientFactory().CreateRequestClient<Ask>(),
            _ => bus.Bus.ConnectClientFactory().CreateRequestClient<Ask>(),
        };

        Response<Answer> reply = await client.GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("executions", ("side", "client")).ShouldBe(0);
    }

    private static async Task AskAndExpectProtectionAsync(TestBus bus, IRequestClient<Ask> client)
    {
        Response<Answer> reply = await client.GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    private static Task<TestBus> StartAsync(Action<IBusRegistrationConfigurator> bus, Action<IServiceCollection>? services = null) => TestBus.StartAsync(
        bus,
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(Callee.Answers)),
        builder => services?.Invoke(builder.Services),
        protectConsumers: false);
}
