using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Where the filter can be put: on the bus, on an endpoint, in a definition. Never twice around one delivery.</summary>
public sealed class EndpointProtectionTests
{
    // Repeats of session, so that 2 runs mean session's profile, 4 user's, and 8 both.
    private const string SessionsRetries = "session:Retry:MaxRetries=1";

    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseMessagingResilience_OnTheEndpointAndOnTheBus_TheEndpointsApplies()
    {
        await using TestBus bus = await StartAsync(static (context, endpoint) => endpoint.UseMessagingResilience(context, "session"));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
        ConsumerServices(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task UseMessagingResilience_OnTheEndpointAlone_Applies()
    {
        await using TestBus bus = await StartAsync(
            static (context, endpoint) => endpoint.UseMessagingResilience(context, "session"), onTheBus: false);

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
        ConsumerServices(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task UseMessagingResilience_TwiceOnOneEndpoint_AppliesOnce()
    {
        await using TestBus bus = await StartAsync(static (context, endpoint) =>
        {
            endpoint.UseMessagingResilience(context, "session");
            endpoint.UseMessagingResilience(context, "session");
        });

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task UseMessagingResilience_OnAnotherEndpoint_ChangesNothingHere()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (context, memory) =>
            {
                memory.ReceiveEndpoint("other", endpoint =>
                {
                    endpoint.UseMessagingResilience(context, "session");
                    endpoint.Handler<Happened>(static _ => Task.CompletedTask);
                });
                memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync));
            },
            settings: Settings.Of(SessionsRetries));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(4);
        ConsumerServices(bus).ShouldBe(["user"]);
    }

    [Fact]
    public async Task UseMessagingResilience_InAConsumerDefinition_Applies()
    {
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton(_callee);
                bus.AddConsumer<DefinedConsumer, DefinedConsumerDefinition>();
            },
            settings: Settings.Of(SessionsRetries));

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
        ConsumerServices(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task UseMessagingResilience_BusWideWithAService_AppliesThatToEveryEndpoint()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (context, memory) =>
            {
                memory.UseMessagingResilience(context, "session");
                memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync));
            },
            settings: Settings.Of(SessionsRetries),
            protectConsumers: false);

        await FailAsync(bus);

        _callee.Calls.ShouldBe(2);
    }

    private static async Task FailAsync(TestBus bus) =>
        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

    private static IEnumerable<string> ConsumerServices(TestBus bus) =>
        bus.Resilience.GetSnapshot().Where(snapshot => snapshot.Side == ResilienceSide.Consumer).Select(snapshot => snapshot.Service);

    private Task<TestBus> StartAsync(Action<IBusRegistrationContext, IReceiveEndpointConfigurator> configure, bool onTheBus = true) => TestBus.StartAsync(
        static _ => { },
        (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            configure(context, endpoint);
            endpoint.Handler<Ask>(_callee.ConsumeAsync);
        }),
        settings: Settings.Of(SessionsRetries),
        protectConsumers: onTheBus);

    private sealed class DefinedConsumer(Callee callee) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
    }

    private sealed class DefinedConsumerDefinition : ConsumerDefinition<DefinedConsumer>
    {
        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<DefinedConsumer> consumerConfigurator, IRegistrationContext context) =>
            endpointConfigurator.UseMessagingResilience(context, "session");
    }
}
