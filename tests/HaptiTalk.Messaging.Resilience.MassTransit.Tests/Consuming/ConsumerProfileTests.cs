using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Whose profile a message is consumed under: the endpoint's, the consumer's, the process's, the message's, in this order.</summary>
public sealed class ConsumerProfileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ConsumersOfTwoServicesOnTwoEndpoints_EachHasItsServicesState()
    {
        await using TestBus bus = await StartAsync(static bus =>
        {
            bus.AddConsumer<SessionsConsumer>().Endpoint(static endpoint => endpoint.Name = "of-session");
            bus.AddConsumer<ReportsConsumer>().Endpoint(static endpoint => endpoint.Name = "of-report");
        });

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("of-session");
        await bus.DeliveredAsync("of-report");

        ConsumersOf(bus).ShouldBe(["report", "session"]);
        bus.Snapshot(ResilienceSide.Consumer, "session").SuccessfulExecutions.ShouldBe(1);
        bus.Snapshot(ResilienceSide.Consumer, "report").FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task Send_ConsumerWithAttributeOnAnEndpointByHand_RunsUnderIt()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<SessionsConsumer>(),
            static (context, memory) => memory.ReceiveEndpoint("happened", endpoint => endpoint.ConfigureConsumer<SessionsConsumer>(context)));

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        ConsumersOf(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task Send_ConsumerWithoutAttributeInAProcessWithAService_RunsUnderTheProcess()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<NobodysConsumer>().Endpoint(static endpoint => endpoint.Name = "happened"),
            settings: new(StringComparer.Ordinal) { ["Resilience:Service"] = "feedback" });

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        ConsumersOf(bus).ShouldBe(["feedback"]);
    }

    [Fact]
    public async Task Send_ConsumerWithAttributeInAProcessWithAService_RunsUnderItsOwn()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<SessionsConsumer>().Endpoint(static endpoint => endpoint.Name = "happened"),
            settings: new(StringComparer.Ordinal) { ["Resilience:Service"] = "feedback" });

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        ConsumersOf(bus).ShouldBe(["session"]);
    }

    [Fact]
    public async Task Send_NobodyNamesAService_RunsUnderTheMessages()
    {
        await using TestBus bus = await StartAsync(
            static bus => bus.AddConsumer<NobodysConsumer>().Endpoint(static endpoint => endpoint.Name = "happened"));

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        ConsumersOf(bus).ShouldBe(["user"]);
    }

    private static IEnumerable<string> ConsumersOf(TestBus bus) =>
        bus.Resilience.GetSnapshot().Where(snapshot => snapshot.Side == ResilienceSide.Consumer).Select(snapshot => snapshot.Service);

    private static Task<TestBus> StartAsync(
        Action<IBusRegistrationConfigurator> bus,
        Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? factory = null,
        Dictionary<string, string?>? settings = null)
    {
        settings ??= new(StringComparer.Ordinal);
        settings["Resilience:Profiles:report:Retry:MaxRetries"] = "0";
        return TestBus.StartAsync(bus, factory, settings: settings);
    }

    [ServiceProfile("session")]
    private sealed class SessionsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }

    [ServiceProfile("report")]
    private sealed class ReportsConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => throw new InvalidOperationException("broken");
    }

    private sealed class NobodysConsumer : IConsumer<Happened>
    {
        public Task Consume(ConsumeContext<Happened> context) => Task.CompletedTask;
    }
}
