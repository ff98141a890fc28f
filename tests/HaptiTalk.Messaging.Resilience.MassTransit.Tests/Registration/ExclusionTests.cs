using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Consumers that are left to MassTransit on purpose.</summary>
public sealed class ExclusionTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attribute_OnAConsumer_NothingIsAppliedToIt()
    {
        await using TestBus bus = await StartAsync(static bus => bus.AddConsumer<ExcludedConsumer>());

        await FailAsync(bus);

        _callee.Calls.ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(0);
    }

    [Fact]
    public async Task Attribute_ConsumerOnAnEndpointByHand_NothingIsAppliedToIt()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<ExcludedConsumer>(),
            static (context, memory) => memory.ReceiveEndpoint("by-hand", endpoint => endpoint.ConfigureConsumer<ExcludedConsumer>(context)));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Attribute_OnOneOfTwoConsumersOfDifferentMessages_TheOtherIsProtected()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<ExcludedConsumer>(),
            static (context, memory) => memory.ReceiveEndpoint("both", endpoint =>
            {
                endpoint.ConfigureConsumer<ExcludedConsumer>(context);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            }));

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("both");
        await FailAsync(bus);

        _callee.Calls.ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(1);
    }

    [Fact]
    public async Task Attribute_OnOneOfTwoConsumersOfOneMessage_IsRefusedAtStart()
    {
        ConfigurationException refused = await Refusal.OfAsync(StartAsync(
            static bus =>
            {
                bus.AddConsumer<ExcludedConsumer>();
                bus.AddConsumer<PlainConsumer>();
            },
            static (context, memory) => memory.ReceiveEndpoint("both", endpoint =>
            {
                endpoint.ConfigureConsumer<ExcludedConsumer>(context);
                endpoint.ConfigureConsumer<PlainConsumer>(context);
            })));

        refused.Message.ShouldContain("both has two consumers of Ask of which only ExcludedConsumer is excluded");
        refused.Message.ShouldContain("move PlainConsumer to an endpoint of its own");
    }

    [Fact]
    public async Task ExcludeFromMessagingResilience_OnAnEndpoint_NothingIsAppliedThere()
    {
        await using TestBus bus = await StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
                endpoint.ExcludeFromMessagingResilience(context);
            }));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task ExcludeFromMessagingResilience_InADefinition_NothingIsAppliedThere()
    {
        await using TestBus bus = await StartAsync(static bus =>
        {
            bus.AddConsumer<PlainConsumer, Definition>();
            bus.AddSingleton(new Action<IReceiveEndpointConfigurator, IConsumerConfigurator<PlainConsumer>, IRegistrationContext>(
                static (endpoint, _, context) => endpoint.ExcludeFromMessagingResilience(context)));
        });

        await FailAsync(bus);

        _callee.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExcludeFromMessagingResilience_OnAProtectedEndpoint_IsRefused(bool protectFirst)
    {
        ConfigurationException refused = await Refusal.OfAsync(StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                if (protectFirst)
                    endpoint.UseMessagingResilience(context);
                endpoint.ExcludeFromMessagingResilience(context);
                if (!protectFirst)
                    endpoint.UseMessagingResilience(context);
            })));

        refused.Message.ShouldContain("ask calls UseMessagingResilience and ExcludeFromMessagingResilience");
    }

    [Fact]
    public async Task ExcludeFromMessagingResilience_OnAnEndpoint_MassTransitsRetryMayStandThere()
    {
        await using TestBus bus = await StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.ExcludeFromMessagingResilience(context);
                endpoint.UseMessageRetry(static retry => retry.Immediate(1));
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
            }));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
    }

    private static async Task FailAsync(TestBus bus) =>
        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

    private Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> configure, Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null) =>
        TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(_callee);
                configure(bus);
            },
            factory);
}
