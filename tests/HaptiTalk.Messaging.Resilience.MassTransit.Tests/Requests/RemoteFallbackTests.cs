using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The called service answers with a fallback reply of its own: marked on the wire, and neither success nor failure to the caller.</summary>
public sealed class RemoteFallbackTests
{
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_CalleeFallsBack_ReplyIsMarkedOnTheWire()
    {
        await using TestBus bus = await StartAsync("session:Fallback:ErrorThreshold=1");

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("instead of x");
        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
        reply.Headers.TryGetHeader("Resilience-Fallback", out object? header).ShouldBeTrue();
        header.ShouldBe("Failed");
    }

    [Fact]
    public async Task GetResponse_CalleeFallsBack_IsNeutralToTheCallersBreaker()
    {
        await using TestBus bus = await StartAsync("session:Fallback:ErrorThreshold=2", "user:CircuitBreaker:FailureThreshold=5");
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        (await AskAsync(bus)).IsFallback().ShouldBeTrue();

        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1, "a success would have cleared it, a failure added to it");
        bus.Snapshot(ResilienceSide.Client).FallbackExecutions.ShouldBe(1);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "ignored")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_CalleeFallsBack_LeavesNothingInItsErrorOrSkippedQueue()
    {
        await using TestBus bus = await StartAsync("session:Fallback:ErrorThreshold=1");
        await AskAsync(bus);

        DeadLetters left = await bus.DeadLettersAsync("ask");

        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetResponse_CalleesBreakerOpen_ItsFallbackAnswersAtOnce()
    {
        await using TestBus bus = await StartAsync(
            "session:Fallback:ErrorThreshold=10", "session:CircuitBreaker:FailureThreshold=1", "session:CircuitBreaker:ResetTimeout=10:00:00");
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        Response<Answer> reply = await AskAsync(bus);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.CircuitOpen);
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_TwoReplyTypesAndCalleeFallsBack_IsNeutralAndMarked()
    {
        await using TestBus bus = await StartAsync("session:Fallback:ErrorThreshold=1");

        Response<Answer, OtherAnswer> reply = await bus.Client<Ask>().GetResponse<Answer, OtherAnswer>(new Ask("x"), Token);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
        bus.Measured.Sum("circuit_breaker_calls", ("side", "client"), ("result", "ignored")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_CalleesFallbackThrows_RequesterGetsTheOriginalFailure()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, Answer>((_, _) => throw new FormatException("no template"), ResilienceSide.Consumer),
            "session:Fallback:ErrorThreshold=1");

        RequestFaultException fault = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        fault.Fault!.Exceptions[0].Message.ShouldBe("broken");
        fault.Fault.Exceptions[0].InnerException!.Message.ShouldBe("no template");
        (await bus.DeadLettersAsync("ask")).Errors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_ConsumerRepliedBeforeItFailed_FallbackAddsNoSecondReply()
    {
        _callee.Behaviour = async context =>
        {
            await Callee.Answers(context);
            throw new InvalidOperationException("after the reply");
        };
        await using TestBus bus = await StartAsync("session:Fallback:ErrorThreshold=1");

        Response<Answer> reply = await AskAsync(bus);
        await bus.DeliveredAsync("ask");

        reply.IsFallback().ShouldBeFalse();
        bus.Measured.Sum("late_replies", ("side", "consumer")).ShouldBe(1);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(
        resilience => resilience.AddFallback<Ask, Answer>(
            (context, _) => new(new Answer($"instead of {context.Request.Text}")), ResilienceSide.Consumer),
        settings);

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
