using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What a call that nobody answers does and says.</summary>
public sealed class RequestTimeoutTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_NobodyAnswers_ExceptionIsMassTransitsAndSaysWhatWasTried()
    {
        await using TestBus bus = await StartAsync(static _ => Task.CompletedTask, "user:Timeout:DefaultTimeout=00:00:01");

        RequestTimeoutException caught =
            await Should.ThrowAsync<RequestTimeoutException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        var timedOut = caught.ShouldBeOfType<RequestTimedOutException>();
        timedOut.Service.ShouldBe("user");
        timedOut.Operation.ShouldBe("ask");
        timedOut.Attempts.ShouldBe(1);
        timedOut.Timeout.ShouldBe(TimeSpan.FromSeconds(1));
        timedOut.Message.ShouldContain("Resilience:Profiles:user:Timeout:DefaultTimeout");
        bus.Measured.Sum("operation_timeouts", ("side", "client")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_AttemptTimesOut_IsRepeatedUnderTheSameMessageId()
    {
        var seen = new ConcurrentQueue<Guid?>();
        await using TestBus bus = await StartAsync(async context =>
        {
            seen.Enqueue(context.MessageId);
            if (seen.Count > 1)
                await context.RespondAsync(new Answer("repeated"));
        },
        "user:Timeout:DefaultTimeout=00:00:20", "user:Timeout:AttemptTimeout=00:00:00.300", "user:Retry:MaxRetries=20");

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("repeated");
        seen.Count.ShouldBeGreaterThan(1);
        seen.Distinct().Count().ShouldBe(1);
        bus.Measured.Sum("retry_attempts", ("side", "client"), ("attempt_number", 1)).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_Attempt_LivesNoLongerThanItsTimeout()
    {
        var lifetimes = new ConcurrentQueue<TimeSpan?>();
        await using TestBus bus = await StartAsync(context =>
        {
            lifetimes.Enqueue(context.ExpirationTime - context.SentTime);
            return context.RespondAsync(new Answer("x"));
        },
        "user:Timeout:DefaultTimeout=00:00:20", "user:Timeout:AttemptTimeout=00:00:10");

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        lifetimes.ShouldHaveSingleItem()!.Value.ShouldBe(TimeSpan.FromSeconds(10), tolerance: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task GetResponse_RemoteFault_IsNotRepeated()
    {
        int deliveries = 0;
        await using TestBus bus = await StartAsync(_ =>
        {
            Interlocked.Increment(ref deliveries);
            throw new InvalidOperationException("broken");
        });

        RequestFaultException fault =
            await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        deliveries.ShouldBe(1);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_CallerGivesUp_IsCancelledAndNotAFailure()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using TestBus bus = await StartAsync(_ => caller.CancelAsync());

        await Should.ThrowAsync<OperationCanceledException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), caller.Token));

        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
        bus.Measured.Sum("executions", ("result", "cancelled")).ShouldBe(1);
    }

    // The callee is plain MassTransit: what is seen here is the client's doing alone.
    private static Task<TestBus> StartAsync(MessageHandler<Ask> callee, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        static _ => { },
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler(callee)),
        settings: Settings.Of(settings),
        protectConsumers: false);
}
