using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>MassTransit's own middleware that may stand beside the framework's: what comes of it.</summary>
public sealed class MiddlewareTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };
    private readonly SentFaults<Ask> _faults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseDelayedRedelivery_Outside_EveryRedeliveryHasAllAttemptsAndOneFaultComesAtTheEnd()
    {
        await using TestBus bus = await StartAsync(
            static memory => memory.UseDelayedRedelivery(static retry => retry.Intervals(1, 1)), settings: ["user:Retry:MaxRetries=1"]);

        await bus.Bus.Publish(new Ask("x"), Token);
        DeadLetters left = await bus.DeadLettersAsync("ask", deliveries: 3);

        _callee.Calls.ShouldBe(6, "three deliveries of two attempts");
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
        _faults.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task UseDelayedRedelivery_OutsideAndTheRedeliverySucceeds_TheRequesterGetsItsReply()
    {
        _callee.Behaviour = context => _callee.Calls <= 2 ? Callee.Fails(context) : Callee.Answers(context);
        await using TestBus bus = await StartAsync(
            static memory => memory.UseDelayedRedelivery(static retry => retry.Intervals(1, 1)), settings: ["user:Retry:MaxRetries=1"]);

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("x");
        (await bus.DeadLettersAsync("ask", deliveries: 2)).Errors.ShouldBeEmpty();
        _faults.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task UseConcurrencyLimit_Inside_LimitsTheAttempts()
    {
        var first = new TaskCompletionSource();
        int running = 0;
        int most = 0;
        _callee.Behaviour = async context =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await first.Task.WaitAsync(context.CancellationToken);
            Interlocked.Decrement(ref running);
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync(endpoint: static endpoint => endpoint.UseConcurrencyLimit(1));

        Task<Response<Answer>>[] asked = [AskAsync(bus), AskAsync(bus)];
        await bus.TakenAsync("ask", 2);
        first.SetResult();
        await Task.WhenAll(asked);

        most.ShouldBe(1);
    }

    [Fact]
    public async Task UseCircuitBreaker_Inside_FailsAttemptsUntilTheServicesOwnBreakerOpens()
    {
        await using TestBus bus = await StartAsync(
            endpoint: static endpoint => endpoint.UseCircuitBreaker(static breaker =>
                (breaker.ActiveThreshold, breaker.TripThreshold, breaker.ResetInterval) = (1, 1, TimeSpan.FromHours(1))),
            settings: ["user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=4", "user:CircuitBreaker:ResetTimeout=10:00:00"]);

        for (int number = 1; number <= 4; number++)
            await Should.ThrowAsync<RequestFaultException>(bus.Bus.CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        _callee.Calls.ShouldBeLessThan(4, "MassTransit's breaker refused the others");
        (await bus.DeadLettersAsync("ask", deliveries: 5)).Errors.Count.ShouldBe(4);
    }

    [Fact]
    public async Task UseKillSwitch_Beside_SeesOnlyWhatFinallyFails()
    {
        _callee.Behaviour = context => context.GetRetryAttempt() == 0 ? Callee.Fails(context) : Callee.Answers(context);
        await using TestBus bus = await StartAsync(endpoint: static endpoint => endpoint.UseKillSwitch(static killSwitch =>
            killSwitch.SetActivationThreshold(1).SetTripThreshold(0.1).SetRestartTimeout(TimeSpan.FromHours(1))));

        for (int number = 1; number <= 5; number++)
            await AskAsync(bus);

        _callee.Calls.ShouldBe(10);
    }

    [Fact]
    public async Task UseMessageRetry_OnAnEndpointOfRoutingSlips_IsCouriersAffair()
    {
        await using TestBus bus = await TestBus.StartAsync(
            static bus => bus.AddExecuteActivity<BrokenActivity, BrokenArguments>().Endpoint(static endpoint => endpoint.Name = "activity"),
            static (_, memory) => memory.UseMessageRetry(static retry => retry.Immediate(1)));
        var faulted = new Collected<MassTransit.Courier.Contracts.RoutingSlipFaulted>();
        HostReceiveEndpointHandle handle = bus.Bus.ConnectReceiveEndpoint(
            "slips", endpoint => endpoint.Handler<MassTransit.Courier.Contracts.RoutingSlipFaulted>(faulted.AddAsync));
        await handle.Ready;
        var slip = new RoutingSlipBuilder(NewId.NextGuid());
        slip.AddActivity("broken", new Uri("queue:activity"), new { Text = "x" });

        await bus.Bus.Execute(slip.Build());
        ConsumeContext<MassTransit.Courier.Contracts.RoutingSlipFaulted> outcome = await faulted.NextAsync(Token);

        outcome.Message.ActivityExceptions.ShouldHaveSingleItem().ExceptionInfo.Message.ShouldBe("broken");
        bus.Measured.Sum("executions", ("side", "consumer"), ("operation", "routingSlip")).ShouldBe(0);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private async Task<TestBus> StartAsync(
        Action<IInMemoryBusFactoryConfigurator>? before = null, Action<IReceiveEndpointConfigurator>? endpoint = null, string[]? settings = null)
    {
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (context, memory) =>
            {
                before?.Invoke(memory);
                memory.UseMessagingResilience(context);
                memory.ReceiveEndpoint("ask", ask =>
                {
                    endpoint?.Invoke(ask);
                    ask.Handler<Ask>(_callee.ConsumeAsync);
                });
            },
            settings: Settings.Of(settings ?? []),
            watch: "ask",
            protectConsumers: false);
        _faults.Connect(bus.Bus);
        return bus;
    }

    public sealed record BrokenArguments
    {
        public string Text { get; init; } = "";
    }

    public sealed class BrokenActivity : IExecuteActivity<BrokenArguments>
    {
        public Task<global::MassTransit.ExecutionResult> Execute(ExecuteContext<BrokenArguments> context) => throw new InvalidOperationException("broken");
    }
}
