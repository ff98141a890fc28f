using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using MassTransit.Courier;
using MassTransit.Courier.Contracts;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>
/// An answer to a requester that has gone is nobody's failure, from whatever message it is sent: it is dropped, as by MassTransit
/// alone, which is run beside it.
/// </summary>
public sealed class DeferredReplyTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whether the framework is there, and where the requester was: a client's endpoint, or a queue like any other.</summary>
    public static TheoryData<bool, string> Requesters { get; } = new()
    {
        { true, "gone?temporary=true" },
        { true, "gone" },
        { false, "gone?temporary=true" },
        { false, "gone" },
    };

    [Theory]
    [MemberData(nameof(Requesters))]
    public async Task Send_OfASagaThatKeptTheResponseAddress_IsDropped(bool isProtected, string requester)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            static (_, rabbit) => rabbit.ReceiveEndpoint(
                "orders", static endpoint => endpoint.StateMachineSaga(new OrderMachine(), new InMemorySagaRepository<Order>())),
            protectConsumers: isProtected);
        var id = NewId.NextGuid();

        await bus.Bus.Publish(new OrderPlaced(id), context => AskedBy(context, bus, requester), Token);
        await bus.DeliveredAsync("orders", 1);
        await bus.Bus.Publish(new OrderReady(id), Token);
        await bus.DeliveredAsync("orders", 2);

        (await Queue.CountAsync(host, "orders_error") ?? 0).ShouldBe(0u);
        bus.Measured.Sum("retry_attempts").ShouldBe(0);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_OfARoutingSlipsProxy_IsDropped(bool isProtected, bool completes)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            (_, rabbit) =>
            {
                rabbit.ReceiveEndpoint("work", endpoint => endpoint.ExecuteActivityHost<Work, WorkArguments>(() => new Work(completes)));
                rabbit.ReceiveEndpoint("proxy", static endpoint =>
                {
                    endpoint.Consumer(static () => new RequestProxy());
                    endpoint.Consumer(static () => new ResponseProxy());
                });
            },
            protectConsumers: isProtected);

        await bus.Bus.Publish(new Ask("x"), context => AskedBy(context, bus, "gone?temporary=true"), Token);
        await bus.DeliveredAsync("proxy", 2);

        (await Queue.CountAsync(host, "proxy_error") ?? 0).ShouldBe(0u);
        bus.Measured.Sum("retry_attempts", ("side", "consumer")).ShouldBe(0);
    }

    [Fact]
    public async Task Send_OfACommandByTheSameSaga_StillFailsWhereNoQueueTakesIt()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(
            host,
            static (_, rabbit) => rabbit.ReceiveEndpoint(
                "orders", static endpoint => endpoint.StateMachineSaga(new OrderMachine(), new InMemorySagaRepository<Order>())),
            Settings.Of("user:Retry:MaxRetries=0"));
        var id = NewId.NextGuid();

        await bus.Bus.Publish(new OrderPlaced(id), context => AskedBy(context, bus, "gone"), Token);
        await bus.DeliveredAsync("orders", 1);
        await bus.Bus.Publish(new OrderShipped(id), Token);
        await bus.DeliveredAsync("orders", 2);

        (await Queue.CountAsync(host, "orders_error")).ShouldBe(1u);
    }

    private static void AskedBy(PublishContext context, RabbitBus bus, string requester)
    {
        context.RequestId = NewId.NextGuid();
        context.ResponseAddress = new Uri(bus.Bus.Address, requester);
    }

    [ServiceProfile("user")]
    public sealed record OrderPlaced(Guid CorrelationId) : CorrelatedBy<Guid>;

    [ServiceProfile("user")]
    public sealed record OrderReady(Guid CorrelationId) : CorrelatedBy<Guid>;

    [ServiceProfile("user")]
    public sealed record OrderShipped(Guid CorrelationId) : CorrelatedBy<Guid>;

    public sealed class Order : SagaStateMachineInstance
    {
        public Guid CorrelationId { get; set; }

        public string CurrentState { get; set; } = "";

        public Guid? RequestId { get; set; }

        public Uri? ResponseAddress { get; set; }
    }

    private sealed class OrderMachine : MassTransitStateMachine<Order>
    {
        public OrderMachine()
        {
            InstanceState(static order => order.CurrentState);
            Initially(When(Placed)
                .Then(static context => (context.Saga.RequestId, context.Saga.ResponseAddress) = (context.RequestId, context.ResponseAddress))
                .TransitionTo(Waiting));
            During(
                Waiting,
                When(Ready).ThenAsync(static async context =>
                {
                    ISendEndpoint requester = await context.GetSendEndpoint(context.Saga.ResponseAddress!);
                    await requester.Send(new Answer("ready"), send => send.RequestId = context.Saga.RequestId);
                }),
                When(Shipped).ThenAsync(static async context =>
                {
                    ISendEndpoint nowhere = await context.GetSendEndpoint(context.Saga.ResponseAddress!);
                    await nowhere.Send(new Happened(1));
                }));
        }

        public State Waiting { get; private set; } = null!;

        public Event<OrderPlaced> Placed { get; private set; } = null!;

        public Event<OrderReady> Ready { get; private set; } = null!;

        public Event<OrderShipped> Shipped { get; private set; } = null!;
    }

    private sealed class RequestProxy : RoutingSlipRequestProxy<Ask>
    {
        protected override Task BuildRoutingSlip(RoutingSlipBuilder builder, ConsumeContext<Ask> request)
        {
            builder.AddActivity("work", new Uri("queue:work"), new WorkArguments());
            return Task.CompletedTask;
        }
    }

    private sealed class ResponseProxy : RoutingSlipResponseProxy<Ask, Answer>
    {
        protected override Task<Answer> CreateResponseMessage(ConsumeContext<RoutingSlipCompleted> context, Ask request) =>
            Task.FromResult(new Answer(request.Text));
    }

    public sealed record WorkArguments;

    private sealed class Work(bool completes) : IExecuteActivity<WorkArguments>
    {
        public Task<MassTransit.ExecutionResult> Execute(ExecuteContext<WorkArguments> context) =>
            Task.FromResult(completes ? context.Completed() : context.Faulted(new InvalidOperationException("broken")));
    }
}
