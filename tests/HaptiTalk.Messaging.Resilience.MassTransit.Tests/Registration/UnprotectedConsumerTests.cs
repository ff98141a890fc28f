using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Consumers that nothing protects are named in one warning when the bus starts.</summary>
public sealed class UnprotectedConsumerTests : IDisposable
{
    private readonly StartLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Start_NothingIsProtected_OneWarningNamesEveryConsumerAndItsEndpoint()
    {
        await using TestBus bus = await StartAsync(
            static bus =>
            {
                bus.AddConsumer<PlainConsumer>().Endpoint(static endpoint => endpoint.Name = "ask");
                bus.AddSagaStateMachine<SagaAndHandlerTests.CourseMachine, SagaAndHandlerTests.Course>().InMemoryRepository();
                bus.AddSingleton<SagaAndHandlerTests.Script>();
            },
            static (_, memory) => memory.ReceiveEndpoint("by-hand", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask)));

        string warning = _log.Unprotected.ShouldHaveSingleItem();

        warning.ShouldContain("PlainConsumer on endpoint ask");
        warning.ShouldContain("Course on endpoint Course");
        warning.ShouldContain("handler on endpoint by-hand");
        warning.ShouldContain("Call UseMessagingResilience");
        warning.ShouldContain("ExcludeFromMessagingResilience");
    }

    [Fact]
    public async Task Start_OneEndpointIsProtected_OnlyTheOthersAreNamed()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<PlainConsumer>(),
            static (context, memory) =>
            {
                memory.ReceiveEndpoint("protected", endpoint =>
                {
                    endpoint.UseMessagingResilience(context);
                    endpoint.ConfigureConsumer<PlainConsumer>(context);
                });
                memory.ReceiveEndpoint("bare", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask));
            });

        string warning = _log.Unprotected.ShouldHaveSingleItem();

        warning.ShouldContain("bare");
        warning.ShouldNotContain("PlainConsumer");
    }

    [Fact]
    public async Task Start_TheBusIsProtected_NothingIsWarnedOf()
    {
        await using TestBus bus = await StartAsync(
            static bus =>
            {
                bus.AddConsumer<PlainConsumer>();
                bus.AddHandler(static (ConsumeContext<Happened> _) => Task.CompletedTask);
            },
            protect: true);

        _log.Unprotected.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_WhatIsExcluded_IsNotNamed()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<ExcludedConsumer>(),
            static (context, memory) =>
            {
                memory.ReceiveEndpoint("by-hand", endpoint => endpoint.ConfigureConsumer<ExcludedConsumer>(context));
                memory.ReceiveEndpoint("left-out", endpoint =>
                {
                    endpoint.ExcludeFromMessagingResilience(context);
                    endpoint.Handler<Happened>(static _ => Task.CompletedTask);
                });
            });

        _log.Unprotected.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_SecondBus_IsNamedOnlyIfItWasToldToBeProtected()
    {
        await using TestBus silent = await StartAsync(static _ => { }, second: static _ => { });
        _log.Unprotected.ShouldBeEmpty();

        await using TestBus told = await StartAsync(static _ => { }, second: static bus => bus.AddMessagingResilience());

        _log.Unprotected.ShouldHaveSingleItem().ShouldContain("on endpoint second");
    }

    [Fact]
    public async Task Start_SecondBusIsProtected_ItsConsumersAre()
    {
        var callee = new Callee { Behaviour = Callee.Fails };
        await using TestBus bus = await StartAsync(
            static _ => { },
            second: static bus => bus.AddMessagingResilience(),
            secondFactory: (context, memory) =>
            {
                memory.UseMessagingResilience(context);
                memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(callee.ConsumeAsync));
            });

        await Should.ThrowAsync<RequestFaultException>(bus.Services.GetRequiredService<ISecondBus>()
            .CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), TestContext.Current.CancellationToken));

        callee.Calls.ShouldBe(4);
        _log.Unprotected.ShouldBeEmpty();
    }

    private Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> configure,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null,
        bool protect = false,
        Action<IBusRegistrationConfigurator>? second = null,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? secondFactory = null) => TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<Callee>();
                configure(bus);
            },
            factory,
            resilience =>
            {
                resilience.Services.AddLogging(logging => logging.AddProvider(_log));
                if (second is not null)
                    AddSecondBus(resilience.Services, second, secondFactory);
            },
            protectConsumers: protect);

    private static void AddSecondBus(
        IServiceCollection services,
        Action<IBusRegistrationConfigurator> second,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory) => services.AddMassTransit<ISecondBus>(bus =>
        {
            if (factory is null)
                bus.AddHandler(static (ConsumeContext<Ask> _) => Task.CompletedTask).Endpoint(static endpoint => endpoint.Name = "second");
            second(bus);
            bus.UsingInMemory((context, memory) =>
            {
                memory.Host(new Uri("loopback://second/"));
                factory?.Invoke(context, memory);
                memory.ConfigureEndpoints(context);
            });
        });

    public interface ISecondBus : IBus;
}
