using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// The called service refuses without running. The message belongs to <c>user</c>, its consumer to <c>session</c>, so that the
/// two sides have numbers of their own.
/// </summary>
public sealed class RemoteRejectionTests
{
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_CalleesBreakerOpen_IsATypedRejectionWithItsHint()
    {
        await using TestBus bus = await StartAsync("session:CircuitBreaker:FailureThreshold=1", "session:CircuitBreaker:ResetTimeout=10:00:00");
        await FailAsync(bus);

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        refused.IsRemote.ShouldBeTrue();
        refused.Service.ShouldBe("session");
        refused.Operation.ShouldBe("ask");
        refused.RetryAfter.ShouldNotBeNull().ShouldBe(TimeSpan.FromHours(10), tolerance: TimeSpan.FromMinutes(10));
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_CalleesBreakerOpen_LeavesNothingBehindAndIsNoFailureOfTheCallers()
    {
        await using TestBus bus = await StartAsync("session:CircuitBreaker:FailureThreshold=1", "session:CircuitBreaker:ResetTimeout=10:00:00");
        await FailAsync(bus);
        await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));
        await Should.ThrowAsync<CircuitOpenRejectedException>(AskAsync(bus));

        DeadLetters left = await bus.DeadLettersAsync("ask", deliveries: 3);

        left.Errors.Count.ShouldBe(1, "only the failure that opened the breaker ran");
        left.Skipped.ShouldBeEmpty();
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1);
        bus.Measured.Sum("executions", ("side", "consumer"), ("result", "rejected")).ShouldBe(2);
    }

    [Fact]
    public async Task GetResponse_CalleesBulkheadFull_IsATypedRejectionWithItsHint()
    {
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync(
            "user:Retry:MaxRetries=0", "session:Bulkhead:MaxConcurrentCalls=1", "session:Bulkhead:QueueCapacity=0", "session:Retry:InitialDelay=00:00:00.003");
        Task<Response<Answer>> running = AskAsync(bus);
        await _callee.ReceivedAsync();

        BulkheadFullRejectedException refused = await Should.ThrowAsync<BulkheadFullRejectedException>(AskAsync(bus));

        refused.IsRemote.ShouldBeTrue();
        refused.Service.ShouldBe("session");
        refused.RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(3));
        gate.SetResult();
        await running;
        DeadLetters left = await bus.DeadLettersAsync("ask", deliveries: 2);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_HintLeavesTime_IsRepeatedAfterIt()
    {
        await using TestBus bus = await StartAsync(
            "session:CircuitBreaker:FailureThreshold=1",
            "session:CircuitBreaker:HalfOpenMaxCalls=1",
            "session:CircuitBreaker:ResetTimeout=00:00:02",
            "user:Retry:MaxRetries=10");
        await FailAsync(bus);
        _callee.Behaviour = Callee.Answers;

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("retry_attempts", ("side", "client")).ShouldBeGreaterThan(0);
        await bus.Measured.ReachedAsync(1, "circuit_breaker_calls", ("side", "consumer"), ("result", "success"));
        bus.Snapshot(ResilienceSide.Consumer, "session").CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task GetResponse_CalleeRefusesAndCallerHasAFallback_ItServesAtOnce()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, Answer>((_, _) => new(new Answer("instead")), ResilienceSide.Client),
            "session:CircuitBreaker:FailureThreshold=1", "session:CircuitBreaker:ResetTimeout=10:00:00", "user:Fallback:ErrorThreshold=10");
        await FailAsync(bus);

        Response<Answer> reply = await AskAsync(bus);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.CircuitOpen);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_PlainClient_UnderstandsTheRejectionAsAFault()
    {
        await using TestBus bus = await StartAsync("session:CircuitBreaker:FailureThreshold=1", "session:CircuitBreaker:ResetTimeout=10:00:00");
        await FailAsync(bus);

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(
            bus.Bus.CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(CircuitOpenRejectedException));
        fault.Fault.Exceptions[0].Message.ShouldContain("'session'");
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private async Task FailAsync(TestBus bus)
    {
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(static _ => { }, settings);

    private Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder> resilience, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton(_callee);
            bus.AddConsumer<SessionsConsumer>().Endpoint(endpoint => endpoint.Name = "ask");
        },
        resilience: resilience,
        settings: Settings.Of(["session:Retry:MaxRetries=0", .. settings]),
        watch: "ask");

    [ServiceProfile("session")]
    private sealed class SessionsConsumer(Callee callee) : IConsumer<Ask>
    {
        public Task Consume(ConsumeContext<Ask> context) => callee.ConsumeAsync(context);
    }
}
