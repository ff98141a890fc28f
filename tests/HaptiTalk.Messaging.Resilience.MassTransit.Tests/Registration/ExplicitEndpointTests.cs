using MassTransit;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Attributes count on endpoints that are written by hand as on those that MassTransit configures, each on its own.</summary>
public sealed class ExplicitEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ServiceProfile_TwoConsumersOfOneMessageOnTwoEndpointsByHand_EachRunsUnderItsOwn()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static bus =>
            {
                bus.AddConsumer<SessionsConsumer>();
                bus.AddConsumer<ReportsConsumer>();
            },
            static (context, memory) =>
            {
                memory.ReceiveEndpoint("one", endpoint => endpoint.ConfigureConsumer<SessionsConsumer>(context));
                memory.ReceiveEndpoint("two", endpoint => endpoint.ConfigureConsumer<ReportsConsumer>(context));
            });

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("one");
        await bus.DeliveredAsync("two");

        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "session")).ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "report")).ShouldBe(1);
    }

    [Fact]
    public async Task ServiceProfile_ConsumerWithoutTheContainer_RunsUnderIt()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            static (_, memory) => memory.ReceiveEndpoint("one", static endpoint => endpoint.Consumer(static () => new ReportsConsumer())));

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("one");

        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "report")).ShouldBe(1);
    }

    [Fact]
    public async Task ServiceProfile_EndpointConnectedToARunningBus_RunsUnderIt()
    {
        await using TestBus bus = await TestBus.StartAsync(static _ => { });
        HostReceiveEndpointHandle handle = bus.Bus.ConnectReceiveEndpoint("late", static endpoint => endpoint.Consumer(static () => new ReportsConsumer()));
        await handle.Ready;

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("late");

        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "report")).ShouldBe(1);
    }

    [Fact]
    public async Task ServiceProfile_OnASaga_RunsUnderIt()
    {
        await using TestBus bus = await TestBus.StartAsync(static bus =>
            bus.AddSagaStateMachine<TripMachine, Trip>().InMemoryRepository().Endpoint(static endpoint => endpoint.Name = "trip"));
        var id = NewId.NextGuid();

        await bus.Bus.Publish(new SagaAndHandlerTests.Begun(id), Token);
        await bus.DeliveredAsync("trip");

        bus.Measured.Sum("executions", ("side", "consumer"), ("service", "report")).ShouldBe(1);
        bus.Services.GetRequiredService<IndexedSagaDictionary<Trip>>()[id].ShouldNotBeNull();
    }

    [Fact]
    public async Task ExcludeFromMessagingResilience_OnASaga_NothingIsAppliedToIt()
    {
        await using TestBus bus = await TestBus.StartAsync(static bus =>
            bus.AddSagaStateMachine<LooseTripMachine, LooseTrip>().InMemoryRepository().Endpoint(static endpoint => endpoint.Name = "trip"));

        await bus.Bus.Publish(new SagaAndHandlerTests.Begun(NewId.NextGuid()), Token);
        await bus.DeliveredAsync("trip");

        bus.Measured.Sum("executions", ("side", "consumer")).ShouldBe(0);
    }

    [ServiceProfile("session")]
    private sealed class SessionsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }

    [ServiceProfile("report")]
    private sealed class ReportsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }

    public abstract class AnyTrip : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";
    }

    [ServiceProfile("report")]
    public sealed class Trip : AnyTrip;

    [ExcludeFromMessagingResilience]
    public sealed class LooseTrip : AnyTrip;

    public class AnyTripMachine<TTrip> : MassTransitStateMachine<TTrip>
        where TTrip : AnyTrip
    {
        public AnyTripMachine()
        {
            InstanceState(static trip => trip.CurrentState);
            Initially(When(Started).TransitionTo(Running));
        }

        public State Running { get; } = null!;

        public Event<SagaAndHandlerTests.Begun> Started { get; } = null!;
    }

    public sealed class TripMachine : AnyTripMachine<Trip>;

    public sealed class LooseTripMachine : AnyTripMachine<LooseTrip>;
}
