using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>When a reply of the caller's own stands in for the real one, and how it is told apart. Time is the test's.</summary>
public sealed class ClientFallbackTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Callee _callee = new() { Behaviour = Callee.Fails };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_FailuresReachTheThreshold_FallbackStandsIn()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        Response<Answer> third = await AskAsync(bus);

        third.Message.Text.ShouldBe("instead of x");
        third.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(3);
        bus.Snapshot(ResilienceSide.Client).FallbackExecutions.ShouldBe(1);
        bus.Measured.Sum("fallback_executions", ("side", "client"), ("fallback_key", "ask")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_SuccessBeforeTheThreshold_ClearsTheCount()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        _callee.Behaviour = Callee.Answers;
        (await AskAsync(bus)).IsFallback().ShouldBeFalse();
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    [Fact]
    public async Task GetResponse_FailuresOutsideTheWindow_DoNotCount()
    {
        await using TestBus bus = await StartAsync();

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        _clock.Advance(TimeSpan.FromSeconds(61));

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    [Fact]
    public async Task GetResponse_BreakerOpen_FallbackServesAtOnceAndNothingIsSent()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1");
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        Response<Answer> reply = await AskAsync(bus);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.CircuitOpen);
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_BulkheadFull_FallbackServesAtOnce()
    {
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync("user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=0");
        Task<Response<Answer>> running = AskAsync(bus);

        Response<Answer> reply = await AskAsync(bus);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.BulkheadFull);
        gate.SetResult();
        (await running).IsFallback().ShouldBeFalse();
    }

    [Fact]
    public async Task GetResponse_TimesOutAtTheThreshold_FallbackSaysSo()
    {
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync("user:Fallback:ErrorThreshold=1");

        Task<Response<Answer>> pending = AskAsync(bus);
        await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await pending).IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.TimedOut);
    }

    [Fact]
    public async Task GetResponse_FallbackThrows_OriginalFailureSurfacesWithTheFallbacksInside()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, Answer>((_, _) => throw new FormatException("no template")), "user:Fallback:ErrorThreshold=1");

        RequestFaultException failure = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        failure.Fault!.Exceptions[0].Message.ShouldBe("broken");
        failure.InnerException.ShouldBeOfType<FormatException>().Message.ShouldBe("no template");
    }

    [Fact]
    public async Task GetResponse_FallbackHangs_IsToldWhenTheTotalIsOver()
    {
        var begun = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, Answer>(async (_, token) =>
            {
                begun.SetResult(token);
                await Task.Delay(Timeout.Infinite, token);
                return new("never");
            }),
            "user:Fallback:ErrorThreshold=1");
        Task<Response<Answer>> pending = AskAsync(bus);
        CancellationToken told = await begun.Task.WaitAsync(Token);
        told.IsCancellationRequested.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(1));

        RequestFaultException failure = await Should.ThrowAsync<RequestFaultException>(pending);
        told.IsCancellationRequested.ShouldBeTrue();
        failure.InnerException.ShouldBeOfType<TimeoutException>().Message.ShouldEndWith("so it was given up.");
    }

    [Fact]
    public async Task GetResponse_FallbackOfTheConsumerSide_IsNotTheCallers()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, Answer>((_, _) => new(new Answer("theirs")), ResilienceSide.Consumer),
            "user:Fallback:ErrorThreshold=1");

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    [Fact]
    public async Task GetResponse_RequestGivenAsValues_FallbackGetsTheRequest()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Inquire, Answer>((context, _) => new(new Answer($"instead of {context.Request.Text}"))),
            "user:CircuitBreaker:FailureThreshold=1");
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        Response<Answer> reply = await bus.Client<Inquire>().GetResponse<Answer>(new { Text = "values" }, Token);

        reply.Message.Text.ShouldBe("instead of values");
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus) => bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(
        resilience => resilience.AddFallback<Ask, Answer>((context, _) => new(new Answer($"instead of {context.Request.Text}"))), settings);

    private Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder> resilience, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        resilience,
        Settings.Of(["user:Retry:MaxRetries=0", "user:Fallback:ErrorWindow=00:01:00", "user:Fallback:ErrorThreshold=3", .. settings]),
        protectConsumers: false);
}
