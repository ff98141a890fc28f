using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What calls do while it is known that the broker is away. How that comes to be known, the real broker shows.</summary>
public sealed class BrokerStateTests
{
    private readonly RecordedEvents<ResilienceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_BrokerAway_AreRefusedWithoutABreakerCountingIt()
    {
        await using TestBus bus = await StartAsync();
        // As a socket says it: the sentences that it stands in go on.
        StateOf(bus).Away("no answer.\n");

        BrokerUnavailableRejectedException refused = await Should.ThrowAsync<BrokerUnavailableRejectedException>(
            bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        refused.Service.ShouldBe("user");
        refused.Operation.ShouldBe("ask");
        refused.Broker.ShouldBe(StateOf(bus).Name);
        refused.Reason.ShouldBe("no answer");
        refused.Attempts.ShouldBe(0);
        refused.Message.ShouldContain("Nothing was sent.");
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Happened(1), Token));

        foreach (ResilienceSide side in (ResilienceSide[])[ResilienceSide.Client, ResilienceSide.Publisher])
        {
            ServiceSnapshot snapshot = bus.Snapshot(side);
            (snapshot.CircuitState, snapshot.FailureCount, snapshot.ActiveCalls).ShouldBe((CircuitState.Closed, 0, 0));
        }

        bus.Measured.Sum("broker_rejections").ShouldBe(2);
        bus.Measured.Sum("executions", ("result", "rejected")).ShouldBe(2);
        bus.Measured.Sum("retry_attempts").ShouldBe(0);
    }

    [Fact]
    public async Task RequestHandle_BrokerAway_IsRefused()
    {
        await using TestBus bus = await StartAsync();
        StateOf(bus).Away("no answer");

        using RequestHandle<Ask> handle = bus.Client<Ask>().Create(new Ask("x"), Token);

        await Should.ThrowAsync<BrokerUnavailableRejectedException>(handle.GetResponse<Answer>());
    }

    [Fact]
    public async Task ClientFactory_BrokerAway_IsRefused()
    {
        await using TestBus bus = await StartAsync();
        StateOf(bus).Away("no answer");
        IRequestClient<Ask> client = bus.Services.GetRequiredService<IClientFactory>().CreateRequestClient<Ask>();

        await Should.ThrowAsync<BrokerUnavailableRejectedException>(client.GetResponse<Answer>(new Ask("x"), Token));
    }

    [Fact]
    public async Task Fallback_BrokerAway_AnswersAtOnceAndSaysWhy()
    {
        await using TestBus bus = await StartAsync(static resilience =>
            resilience.AddFallback<Ask, Answer>(static (_, _) => ValueTask.FromResult(new Answer("instead")), ResilienceSide.Client));
        StateOf(bus).Away("no answer");

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("instead");
        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.BrokerUnavailable);
    }

    [Fact]
    public async Task Retry_BrokerLostAfterTheFirstAttempt_SaysThatItWasSent()
    {
        await using TestBus bus = await StartAsync(settings: ["user:Retry:MaxRetries=3"]);
        var broker = new FailingBroker<Ask>
        {
            Write = write =>
            {
                StateOf(bus).Away("the connection ended");
                return FailingBroker.Fails(write);
            },
        };
        broker.Connect(bus.Bus);

        BrokerUnavailableRejectedException refused = await Should.ThrowAsync<BrokerUnavailableRejectedException>(
            bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        refused.Attempts.ShouldBe(1);
        refused.Message.ShouldContain("Sent before: 1 attempt.");
    }

    [Fact]
    public async Task Back_CircuitsOpenedMeanwhile_AdmitAProbeAtOnce()
    {
        await using TestBus bus = await StartAsync(settings: ["user:CircuitBreaker:ResetTimeout=01:00:00", "user:CircuitBreaker:HalfOpenMaxCalls=1"]);
        ServiceStates states = bus.Services.GetRequiredService<ServiceStates>();
        CircuitBreaker[] breakers =
        [
            .. ((ResilienceSide[])[ResilienceSide.Client, ResilienceSide.Publisher, ResilienceSide.Consumer])
                .Select(side => states.Get(side, "user", "ask").Circuit.Breaker),
        ];
        foreach (CircuitBreaker breaker in breakers)
            Open(breaker);
        StateOf(bus).Away("no answer");

        StateOf(bus).Back();

        breakers.Select(breaker => breaker.IsDue).ShouldBe([true, true, false]);
        breakers[2].Close();
        (await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBe("x");
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task AwayAndBack_AnyNumberOfTimes_AreToldOnceEach()
    {
        await using TestBus bus = await StartAsync();
        BrokerState state = StateOf(bus);
        foreach (string reason in (string[])["first", "second"])
            state.Away(reason);
        state.Back();
        state.Back();
        state.Away("third");

        BrokerLost lost = await _events.NextAsync<BrokerLost>();
        (lost.Reason, lost.Broker).ShouldBe(("first", state.Name));
        BrokerBack back = await _events.NextAsync<BrokerBack>();
        back.AwayFor.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        (await _events.NextAsync<BrokerLost>()).Reason.ShouldBe("third");
    }

    [Fact]
    public async Task Back_WhileTheLossIsBeingReported_IsReportedAfterIt()
    {
        using var log = new InterruptedLog();
        await using TestBus bus = await StartAsync(resilience => resilience.Services.AddLogging(logging => logging.AddProvider(log)));
        BrokerState state = StateOf(bus);
        var back = new Thread(state.Back);
        log.OnLine = line =>
        {
            if (!line.Contains("is lost", StringComparison.Ordinal))
                return;
            back.Start();
            // Until it has reported, or waits for its turn.
            SpinWait.SpinUntil(() => !back.IsAlive || back.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        };

        state.Away("no answer");
        back.Join();

        (await _events.NextAsync()).ShouldBeOfType<BrokerLost>();
        (await _events.NextAsync()).ShouldBeOfType<BrokerBack>();
        bus.Services.GetRequiredService<IMessagingResilience>().GetHostSnapshot().LostBrokers.ShouldBeEmpty();
    }

    private static BrokerState StateOf(TestBus bus) => bus.Services.GetRequiredService<BrokerWatches>().Of(bus.Bus);

    private static void Open(CircuitBreaker breaker)
    {
        while (breaker.TryEnter(out CircuitPermit permit))
            breaker.Exit(permit, CallVerdict.Failure);
    }

    private Task<TestBus> StartAsync(
        Action<IMessagingResilienceBuilder>? resilience = null, string[]? settings = null) => TestBus.StartAsync(
        static _ => { },
        static (_, memory) => memory.ReceiveEndpoint("ask", static endpoint => endpoint.Handler<Ask>(Callee.Answers)),
        builder =>
        {
            builder.OnEvent<ResilienceEvent>(_events.OnEventAsync);
            resilience?.Invoke(builder);
        },
        Settings.Of(settings ?? []));
}
