using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Which span is told what the policies do with a message.</summary>
[Collection(Tracing.Name)]
public sealed class SpanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_ThirdAttemptAnswered_IsOneSpanWithASendForEach()
    {
        using var trace = new RecordedTrace();
        int calls = 0;
        await using TestBus bus = await StartAsync(
            context => Interlocked.Increment(ref calls) < 3 ? Task.CompletedTask : Callee.Answers(context),
            "user:Timeout:AttemptTimeout=00:00:00.300", "user:Retry:MaxRetries=20");

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);
        Activity call = await trace.SpanAsync("request ask");

        trace.IsChildOfRoot(call).ShouldBeTrue();
        RecordedTrace.EventsOf(call).ShouldBe(["attempt", "retry", "attempt", "retry", "attempt"]);
        RecordedTrace.TagOf(call, "attempts").ShouldBe(3);
        trace.ChildrenOf(call).Select(child => child.DisplayName).ShouldBe(Enumerable.Repeat("urn:message:HaptiTalk.Messaging.Resilience.Tests:Ask send", 3));
        trace.ChildrenOf(call).ShouldAllBe(send => send.Kind == ActivityKind.Producer && trace.ChildrenOf(send).Single().DisplayName == "ask receive");
    }

    [Fact]
    public async Task Publish_WriteFailsTwice_IsOneSpan()
    {
        using var trace = new RecordedTrace();
        await using TestBus bus = await StartAsync(Callee.Answers);
        var broker = new FailingBroker<Ask> { Write = static write => write <= 2 ? FailingBroker.Fails(write) : Task.CompletedTask };
        broker.Connect(bus.Bus);

        await bus.Services.GetRequiredService<IPublishEndpoint>().Publish(new Ask("x"), Token);
        Activity call = await trace.SpanAsync("publish ask");

        RecordedTrace.EventsOf(call).ShouldBe(["attempt", "retry", "attempt", "retry", "attempt"]);
        (await trace.SpanAsync("ask receive")).TraceId.ShouldBe(call.TraceId);
    }

    [Fact]
    public async Task Consume_RepeatedAndFailed_IsToldToMassTransitsSpanOfTheDelivery()
    {
        using var trace = new RecordedTrace();
        await using TestBus bus = await StartAsync(Callee.Fails, "user:Retry:MaxRetries=1");

        await bus.Bus.Publish(new Ask("x"), Token);
        Activity receive = await trace.SpanAsync("ask receive");

        RecordedTrace.EventsOf(receive).ShouldBe(["attempt", "retry", "attempt"]);
        RecordedTrace.TagOf(receive, "result").ShouldBe("failure");
        trace.ChildrenOf(receive).Count(child => child.DisplayName == "ask process").ShouldBe(2);
        trace.FromUs().ShouldBeEmpty();
    }

    [Fact]
    public async Task Consume_CircuitOpenAndAFallback_SaysBoth()
    {
        using var trace = new RecordedTrace();
        await using TestBus bus = await TestBus.StartAsync(
            static bus => bus.AddHandler<Ask>(Callee.Answers).Endpoint(static endpoint => endpoint.Name = "ask"),
            resilience: static builder => builder.AddFallback<Ask, Answer>(static (_, _) => ValueTask.FromResult(new Answer("degraded")), ResilienceSide.Consumer));
        bus.Services.GetRequiredService<IResilienceControl>().Isolate(new("user", ResilienceSide.Consumer), "test");

        await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        RecordedTrace.EventsOf(await trace.SpanAsync("ask receive")).ShouldBe(["rejected CircuitOpen", "fallback CircuitOpen"]);
        RecordedTrace.TagOf(await trace.SpanAsync("request ask"), "result").ShouldBe("fallback");
    }

    [Fact]
    public async Task Consume_RequestOfOneWhoHasGivenUp_SaysSo()
    {
        using var trace = new RecordedTrace();
        await using TestBus bus = await TestBus.StartAsync(static bus =>
        {
            bus.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(2)));
            bus.AddHandler<Ask>(Callee.Answers).Endpoint(static endpoint => endpoint.Name = "ask");
        });
        using RequestHandle<Ask> request = bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).Create(new Ask("late"), Token);

        _ = request.GetResponse<Answer>();

        RecordedTrace.EventsOf(await trace.SpanAsync("ask receive")).ShouldBe(["expired"]);
    }

    [Fact]
    public async Task Consume_HeldWhileTheCircuitIsOpen_SaysForHowLong()
    {
        using var trace = new RecordedTrace();
        await using TestBus bus = await StartAsync(Callee.Ignores);
        IResilienceControl control = bus.Services.GetRequiredService<IResilienceControl>();
        control.Isolate(new("user", ResilienceSide.Consumer), "test");

        await bus.Bus.Publish(new Ask("x"), Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (bus.Resilience.GetSnapshot().All(static snapshot => snapshot.HeldMessages == 0))
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
        control.Close(new("user", ResilienceSide.Consumer), "test");
        Activity receive = await trace.SpanAsync("ask receive");

        RecordedTrace.EventsOf(receive).ShouldBe(["held", "attempt"]);
        receive.Events.First().Tags.Single(tag => tag.Key.EndsWith("held_for", StringComparison.Ordinal)).Value.ShouldBeOfType<double>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Consume_ReplyAfterItsTime_SaysThatItWasSuppressed()
    {
        using var trace = new RecordedTrace();
        var late = new TaskCompletionSource();
        await using TestBus bus = await StartAsync(
            async context =>
            {
                await late.Task;
                await Callee.Answers(context);
            },
            "user:Timeout:DefaultTimeout=00:00:00.300", "user:Retry:MaxRetries=0");

        await Should.ThrowAsync<RequestException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        await GivenUpAsync(bus);
        late.SetResult();
        Activity receive = await trace.SpanAsync("ask receive");

        RecordedTrace.EventsOf(receive).ShouldContain("timeout");
        RecordedTrace.EventsOf(trace.ChildrenOf(receive).Single(child => child.DisplayName == "ask process")).ShouldBe(["late_reply"]);
    }

    [Fact]
    public async Task Consume_NobodyListensToMassTransit_HasASpanOfItsOwn()
    {
        using var trace = new RecordedTrace(withMassTransit: false);
        await using TestBus bus = await StartAsync(Callee.Fails, "user:Retry:MaxRetries=1");

        await bus.Bus.Publish(new Ask("x"), Token);
        Activity consume = await trace.SpanAsync("consume ask");

        RecordedTrace.EventsOf(consume).ShouldBe(["attempt", "retry", "attempt"]);
        consume.Status.ShouldBe(ActivityStatusCode.Error);
    }

    private static async Task GivenUpAsync(TestBus bus)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (int look = 0; look < 2000 && bus.Measured.Sum("operation_timeouts", ("side", "consumer")) == 0; look++)
            await pace.WaitForNextTickAsync(Token);
    }

    private static Task<TestBus> StartAsync(Func<ConsumeContext<Ask>, Task> consume, params string[] settings) => TestBus.StartAsync(
        bus => bus.AddHandler((ConsumeContext<Ask> context) => consume(context)).Endpoint(static endpoint => endpoint.Name = "ask"),
        settings: Settings.Of(settings));
}
