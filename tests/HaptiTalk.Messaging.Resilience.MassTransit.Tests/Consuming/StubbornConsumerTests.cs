using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A consumer that ignores its token: its requester is answered, nothing runs beside it, and its place stays taken.</summary>
public sealed class StubbornConsumerTests
{
    private readonly TaskCompletionSource _gate = new();
    private readonly Callee _callee = new();
    private readonly SentFaults<Ask> _faults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_ConsumerIgnoresItsToken_RequesterGetsAFaultWhileItStillRuns()
    {
        await using TestBus bus = await StartAsync();

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        fault.Fault!.Exceptions[0].ExceptionType.ShouldEndWith(nameof(ExecutionTimeoutException));
        _gate.Task.IsCompleted.ShouldBeFalse();
        _gate.SetResult();
        DeadLetters left = await bus.DeadLettersAsync("ask");
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_ConsumerIgnoresItsToken_NoSecondAttemptRuns()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        _gate.SetResult();
        await bus.DeliveredAsync("ask");

        _callee.Calls.ShouldBe(1);
        bus.Measured.Sum("retry_attempts", ("side", "consumer")).ShouldBe(0);
    }

    [Fact]
    public async Task Send_ConsumerIgnoresItsToken_KeepsItsPlaceUntilItEnds()
    {
        await using TestBus bus = await StartAsync();
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        bus.Snapshot(ResilienceSide.Consumer, "session").ActiveCalls.ShouldBe(1);
        await Should.ThrowAsync<BulkheadFullRejectedException>(AskThroughTheFrameworkAsync(bus));

        _gate.SetResult();
        await bus.DeliveredAsync("ask", 2);
        bus.Snapshot(ResilienceSide.Consumer, "session").ActiveCalls.ShouldBe(0);
    }

    [Fact]
    public async Task Send_LateReply_IsSuppressedAndCounted()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        _gate.SetResult();
        await bus.DeliveredAsync("ask");

        bus.Measured.Sum("late_replies", ("side", "consumer")).ShouldBe(1);
        _faults.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_FallbackAnswersForIt_TheLateReplyIsSuppressed()
    {
        await using TestBus bus = await StartAsync(resilience =>
            resilience.AddFallback<Ask, Answer>((_, _) => new(new Answer("instead")), ResilienceSide.Consumer));

        Response<Answer> reply = await AskAsync(bus);
        _gate.SetResult();
        DeadLetters left = await bus.DeadLettersAsync("ask");

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.TimedOut);
        bus.Measured.Sum("late_replies", ("side", "consumer")).ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_EventConsumerIgnoresItsToken_FailsOnceItEnds()
    {
        int runs = 0;
        await using TestBus bus = await StartAsync(happened: async _ =>
        {
            Interlocked.Increment(ref runs);
            await _gate.Task;
        });

        await bus.Bus.Publish(new Happened(1), Token);
        await bus.Measured.ReachedAsync(1, "operation_timeouts", ("side", "consumer"));
        _gate.SetResult();
        DeadLetters left = await bus.DeadLettersAsync("ask");

        runs.ShouldBe(1);
        left.Errors.Count.ShouldBe(1);
        left.Skipped.ShouldBeEmpty();
    }

    // Plain MassTransit waits here, so that what is seen is the consumer's side alone.
    private static Task<Response<Answer>> AskAsync(TestBus bus) =>
        bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("x"), Token);

    private static Task<Response<Answer>> AskThroughTheFrameworkAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("y"), Token);

    private async Task<TestBus> StartAsync(
        Action<IMessagingResilienceBuilder>? resilience = null, MessageHandler<Happened>? happened = null)
    {
        _callee.Behaviour = async context =>
        {
            await _gate.Task;
            await Callee.Answers(context);
        };
        TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
            {
                endpoint.UseMessagingResilience(context, "session");
                endpoint.Handler<Ask>(_callee.ConsumeAsync);
                if (happened is not null)
                    endpoint.Handler(happened);
            }),
            resilience,
            Settings.Of(
                "user:Retry:MaxRetries=0",
                "session:Timeout:DefaultTimeout=00:00:00.200",
                "session:Fallback:ErrorThreshold=1",
                "session:Bulkhead:MaxConcurrentCalls=1",
                "session:Bulkhead:QueueCapacity=0"),
            watch: "ask");
        _faults.Connect(bus.Bus);
        return bus;
    }
}
