using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a caller learns of the circuit, or the bulkhead, that refused it elsewhere, and what it makes of it.</summary>
public sealed class RemoteCircuitStateTests
{
    private readonly Callee _callee = new();
    private readonly TaskCompletionSource _gate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_CalleeIsolated_SaysSoAndIsNotRepeated()
    {
        await using TestBus bus = await StartAsync();
        Isolate(bus);

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        refused.State.ShouldBe(CircuitState.Isolated);
        refused.IsRemote.ShouldBeTrue();
        refused.Service.ShouldBe("session");
        refused.RetryAfter.ShouldBeNull();
        refused.Message.ShouldContain("refused by the called service");
        refused.Message.ShouldContain("closed by hand");
        bus.Measured.Sum("retry_attempts", ("side", "client")).ShouldBe(0, "no time brings it back");
        _callee.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_CalleeIsolated_IsARejectionOnBothSidesAndAFailureOnNone()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1");
        Isolate(bus);

        for (int call = 0; call < 3; call++)
            await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        foreach (string side in new[] { "client", "consumer" })
        {
            bus.Measured.Sum("executions", ("side", side), ("result", "rejected")).ShouldBe(3, side);
            bus.Measured.Sum("executions", ("side", side), ("result", "failure")).ShouldBe(0, side);
        }

        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "ignored")).ShouldBe(3);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "failure")).ShouldBe(0);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "consumer"), ("result", "rejected")).ShouldBe(3);
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_CalleeIsProbing_SaysHalfOpen()
    {
        await using TestBus bus = await StartAsync(
            "session:CircuitBreaker:FailureThreshold=1",
            "session:CircuitBreaker:HalfOpenMaxCalls=1",
            "session:CircuitBreaker:ResetTimeout=00:00:01",
            "user:Retry:MaxRetries=0");
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await _callee.ReceivedAsync();
        _callee.Behaviour = AnswersLater;

        // Refused until the probe is due, which then waits.
        Task<Response<Answer>> probe = AskUntilAdmittedAsync(bus);
        await _callee.ReceivedAsync();
        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        refused.State.ShouldBe(CircuitState.HalfOpen);
        _gate.SetResult();
        await probe;
    }

    [Fact]
    public async Task GetResponse_CalleesBulkheadFull_IsRepeatedAfterTheHintAndNoFailureOfTheCallers()
    {
        _callee.Behaviour = AnswersLater;
        await using TestBus bus = await StartAsync(
            "session:Bulkhead:MaxConcurrentCalls=1", "session:Bulkhead:QueueCapacity=0", "user:Retry:MaxRetries=100", "user:CircuitBreaker:FailureThreshold=1");
        Task<Response<Answer>> running = AskAsync(bus);
        await _callee.ReceivedAsync();

        Task<Response<Answer>> refused = AskAsync(bus);
        await bus.Measured.ReachedAsync(1, "retry_attempts", ("side", "client"));
        _gate.SetResult();

        (await refused).Message.Text.ShouldBe("x");
        await running;
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(2);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "failure")).ShouldBe(0);
    }

    private static void Isolate(TestBus bus) =>
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("session", ResilienceSide.Consumer), "test");

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private static async Task<Response<Answer>> AskUntilAdmittedAsync(TestBus bus)
    {
        while (true)
        {
            try
            {
                return await AskAsync(bus);
            }
            catch (CircuitOpenRejectedException)
            {
                // Not yet.
            }
        }
    }

    private async Task AnswersLater(ConsumeContext<Ask> context)
    {
        await _gate.Task;
        await Callee.Answers(context);
    }

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton(_callee);
            bus.AddConsumer<SessionsConsumer>().Endpoint(static endpoint => endpoint.Name = "ask");
        },
        settings: Settings.Of(["session:Retry:MaxRetries=0", .. settings]));

    [ServiceProfile("session")]
    private sealed class SessionsConsumer(Callee callee) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
    }
}
