using MassTransit;
using MassTransit.Events;
using MassTransit.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The caller's breaker, from the first failure to the recovery. Time is the test's.</summary>
public sealed class ClientBreakerTests
{
    private static readonly TimeSpan Reset = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_ThresholdOfFailuresReached_IsRefusedAtOnceAndNothingIsSent()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        refused.Service.ShouldBe("user");
        refused.Operation.ShouldBe("ask");
        refused.State.ShouldBe(CircuitState.Open);
        refused.RetryAfter.ShouldBe(Reset);
        refused.IsRemote.ShouldBeFalse();
        _callee.Calls.ShouldBe(2);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "rejected")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_TimeOuts_OpenTheBreakerToo()
    {
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync();

        for (int call = 0; call < 2; call++)
        {
            Task<Response<Answer>> pending = AskAsync(bus);
            await _callee.ReceivedAsync();
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Should.ThrowAsync<RequestTimedOutException>(pending);
        }

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task GetResponse_SuccessBetweenFailures_StartsTheCountAnew()
    {
        await using TestBus bus = await StartAsync();

        await FailAsync(bus);
        await SucceedAsync(bus);
        await FailAsync(bus);

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_ProbesSucceedAfterTheReset_BreakerCloses()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);

        _clock.Advance(Reset);
        await SucceedAsync(bus);
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.HalfOpen);
        await SucceedAsync(bus);

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_ProbeFails_BreakerOpensAgainAtOnce()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);

        _clock.Advance(Reset);
        await FailAsync(bus);

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Open);
        await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));
    }

    [Fact]
    public async Task GetResponse_HalfOpen_AdmitsNoMoreThanItsProbes()
    {
        var gate = new TaskCompletionSource();
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        _clock.Advance(Reset);
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };

        Task<Response<Answer>>[] probes = [AskAsync(bus), AskAsync(bus)];
        await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));
        gate.SetResult();
        await Task.WhenAll(probes);

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_OneInstanceFaultsWhileAnotherAnswers_BreakerStaysClosedUntilNobodyAnswers()
    {
        await using TestBus bus = await StartAsync();
        await SucceedAsync(bus);
        _callee.Behaviour = FaultsElsewhere;
        for (int call = 0; call < 10; call++)
            await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);

        _clock.Advance(TimeSpan.FromSeconds(6));
        for (int call = 0; call < 2; call++)
            await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task GetResponse_OtherServicesBreakerOpen_IsNotAffected()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);

        Response<Answer> reply = await bus.Client<Outer>().GetResponse<Answer>(new Outer("x"), Token);

        reply.Message.Text.ShouldBe("x");
    }

    // As MassTransit in another process says it.
    private static Task FaultsElsewhere(ConsumeContext<Ask> context) => context.RespondAsync<Fault<Ask>>(new FaultEvent<Ask>(
        context.Message,
        context.MessageId,
        new BusHostInfo { MachineName = "elsewhere", ProcessId = 1 },
        new InvalidOperationException("broken"),
        []));

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private async Task OpenAsync(TestBus bus)
    {
        await FailAsync(bus);
        await FailAsync(bus);
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Open);
    }

    private async Task FailAsync(TestBus bus)
    {
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    private async Task SucceedAsync(TestBus bus)
    {
        _callee.Behaviour = Callee.Answers;
        await AskAsync(bus);
    }

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.Handler<Ask>(_callee.ConsumeAsync);
            endpoint.Handler<Outer>(context => context.RespondAsync(new Answer(context.Message.Text)));
        }),
        settings: Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=2",
            "user:CircuitBreaker:HalfOpenMaxCalls=2",
            "user:CircuitBreaker:ResetTimeout=00:01:00"),
        protectConsumers: false);
}
