using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>When the last real reply to the same request stands in for one that does not come. Time is the test's.</summary>
public sealed class LastGoodReplyTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_BreakerOpen_LastGoodReplyStandsInAtOnceWithItsAge()
    {
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=1", "user:Fallback:ErrorThreshold=100");
        await AskAsync(bus);
        _clock.Advance(TimeSpan.FromSeconds(90));
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.ShouldBe(new Answer("x"));
        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.CircuitOpen);
        reply.TryGetFallbackAge(out TimeSpan age).ShouldBeTrue();
        age.ShouldBe(TimeSpan.FromSeconds(90));
        reply.Headers.TryGetHeader("Resilience-Fallback-Age", out object? header).ShouldBeTrue();
        header.ShouldBe(90_000L);
        _callee.Calls.ShouldBe(2);
        bus.Snapshot(ResilienceSide.Client).FallbackExecutions.ShouldBe(1);
        bus.Measured.Sum("fallback_executions", ("side", "client"), ("fallback_key", "ask")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_FailuresReachTheThreshold_LastGoodReplyStandsInFromThenOn()
    {
        await using TestBus bus = await StartAsync("user:Fallback:ErrorThreshold=3");
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        Response<Answer> third = await AskAsync(bus);

        third.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.Failed);
    }

    [Fact]
    public async Task GetResponse_BulkheadFull_LastGoodReplyStandsInAtOnce()
    {
        await using TestBus bus = await StartAsync("user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=0");
        await AskAsync(bus);
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };
        Task<Response<Answer>> running = AskAsync(bus);

        Response<Answer> reply = await AskAsync(bus);

        reply.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.BulkheadFull);
        gate.SetResult();
        (await running).TryGetFallbackAge(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task GetResponse_TimesOut_LastGoodReplyStandsIn()
    {
        await using TestBus bus = await StartAsync();
        await AskAsync(bus);
        await _callee.ReceivedAsync();
        _callee.Behaviour = Callee.Ignores;

        Task<Response<Answer>> pending = AskAsync(bus);
        await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await pending).IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.TimedOut);
    }

    [Theory]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    public async Task GetResponse_ReplyHasAged_StandsInUpToMaxStaleAge(int seconds, bool standsIn)
    {
        await using TestBus bus = await StartAsync();
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;
        _clock.Advance(TimeSpan.FromSeconds(seconds));

        if (standsIn)
            (await AskAsync(bus)).TryGetFallbackAge(out _).ShouldBeTrue();
        else
            (await Should.ThrowAsync<RequestFaultException>(AskAsync(bus))).InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task GetResponse_RemembersAgain_AgeIsThatOfTheLatest()
    {
        await using TestBus bus = await StartAsync();
        await AskAsync(bus);
        _clock.Advance(TimeSpan.FromMinutes(10));
        _callee.Behaviour = static context => context.RespondAsync(new Answer("newer"));
        await AskAsync(bus);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _callee.Behaviour = Callee.Fails;

        Response<Answer> reply = await AskAsync(bus);

        reply.Message.Text.ShouldBe("newer");
        reply.TryGetFallbackAge(out TimeSpan age).ShouldBeTrue();
        age.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task GetResponse_NothingRememberedAndNothingRegistered_FailsAsWithoutFallback()
    {
        _callee.Behaviour = Callee.Fails;
        await using TestBus bus = await StartAsync();

        RequestFaultException failure = await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));

        failure.InnerException.ShouldBeNull();
        bus.Snapshot(ResilienceSide.Client).FallbackExecutions.ShouldBe(0);
        bus.Measured.Sum("last_good_reply_failures").ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_OtherRequestOfTheSameType_IsNotAnswered()
    {
        await using TestBus bus = await StartAsync();
        await AskAsync(bus, "x");
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus, "y"));
    }

    [Fact]
    public async Task GetResponse_NothingRemembered_RegisteredFallbackStandsInAndIsNotRemembered()
    {
        _callee.Behaviour = Callee.Fails;
        await using TestBus bus = await StartAsync(Registered);

        for (int call = 0; call < 2; call++)
        {
            Response<Answer> reply = await AskAsync(bus);
            reply.Message.Text.ShouldBe("instead of x");
            reply.IsFallback().ShouldBeTrue();
            reply.TryGetFallbackAge(out TimeSpan age).ShouldBeFalse();
            age.ShouldBe(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task GetResponse_BothAreThere_LastGoodReplyGoesBeforeTheRegisteredFallback()
    {
        await using TestBus bus = await StartAsync(Registered);
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;

        (await AskAsync(bus)).Message.Text.ShouldBe("x");
        _clock.Advance(TimeSpan.FromHours(2));
        (await AskAsync(bus)).Message.Text.ShouldBe("instead of x");
    }

    [Fact]
    public async Task GetResponse_CalleeFellBack_ItsReplyIsNotRemembered()
    {
        _callee.Behaviour = static context => context.RespondAsync(new Answer("theirs"), send => send.Headers.Set("Resilience-Fallback", "Failed"));
        await using TestBus bus = await StartAsync();
        (await AskAsync(bus)).IsFallback().ShouldBeTrue();
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
    }

    [Fact]
    public async Task GetResponse_CallerChangesTheReply_WhatCameIsRemembered()
    {
        _callee.Behaviour = static context => context.RespondAsync(new Editable { Text = "as it came" });
        await using TestBus bus = await StartAsync();
        Editable reply = (await bus.Client<Ask>().GetResponse<Editable>(new Ask("x"), Token)).Message;
        reply.Text = "edited";
        _callee.Behaviour = Callee.Fails;

        (await bus.Client<Ask>().GetResponse<Editable>(new Ask("x"), Token)).Message.Text.ShouldBe("as it came");
    }

    [Fact]
    public async Task Create_Handle_RemembersAndStandsIn()
    {
        await using TestBus bus = await StartAsync();
        using (RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token))
            (await request.GetResponse<Answer>()).IsFallback().ShouldBeFalse();
        _callee.Behaviour = Callee.Fails;
        _clock.Advance(TimeSpan.FromSeconds(1));

        using RequestHandle<Ask> again = bus.Client<Ask>().Create(new Ask("x"), Token);
        Response<Answer> reply = await again.GetResponse<Answer>();

        reply.Message.Text.ShouldBe("x");
        reply.TryGetFallbackAge(out TimeSpan age).ShouldBeTrue();
        age.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task GetResponse_SourceOfOneOperation_IsThatOperationsAlone()
    {
        await using TestBus bus = await StartAsync("user:Fallback:Source=Registered", "user:Operations:ask:Fallback:Source=LastGoodReply");
        await AskAsync(bus);
        await bus.Client<Inquire>().GetResponse<Answer>(new Inquire { Text = "x" }, Token);
        _callee.Behaviour = Callee.Fails;

        (await AskAsync(bus)).IsFallback().ShouldBeTrue();
        await Should.ThrowAsync<RequestFaultException>(bus.Client<Inquire>().GetResponse<Answer>(new Inquire { Text = "x" }, Token));
    }

    [Fact]
    public async Task GetResponse_SourceChangedWhileRunning_AppliesFromThenOn()
    {
        await using TestBus bus = await StartAsync("user:Fallback:Source=Registered");
        IResilienceControl control = bus.Services.GetRequiredService<IResilienceControl>();
        await AskAsync(bus);
        control.Change("user", new Dictionary<string, string?> { ["Fallback:Source"] = "LastGoodReply" }, by: "test");
        await AskAsync(bus, "later");
        _callee.Behaviour = Callee.Fails;

        await Should.ThrowAsync<RequestFaultException>(AskAsync(bus));
        (await AskAsync(bus, "later")).IsFallback().ShouldBeTrue();
    }

    [Fact]
    public async Task GetResponse_LastGoodReplyStandsIn_EventTellsItsAge()
    {
        var fellBack = new TaskCompletionSource<FallbackUsed>();
        await using TestBus bus = await StartAsync(resilience => resilience.OnEvent<FallbackUsed>((happened, _) =>
        {
            fellBack.TrySetResult(happened);
            return default;
        }));
        await AskAsync(bus);
        _callee.Behaviour = Callee.Fails;
        _clock.Advance(TimeSpan.FromSeconds(7));
        await AskAsync(bus);

        FallbackUsed happened = await fellBack.Task.WaitAsync(Token);

        happened.Age.ShouldBe(TimeSpan.FromSeconds(7));
        happened.FallbackKey.ShouldBe("ask");
    }

    private static void Registered(IMessagingResilienceBuilder resilience) =>
        resilience.AddFallback<Ask, Answer>((context, _) => new(new Answer($"instead of {context.Request.Text}")));

    private static Task<Response<Answer>> AskAsync(TestBus bus, string text = "x") => bus.Client<Ask>().GetResponse<Answer>(new Ask(text), Token);

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(static _ => { }, settings);

    private Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder> resilience, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.Handler<Ask>(_callee.ConsumeAsync);
            endpoint.Handler<Inquire>(context => _callee.Behaviour == Callee.Fails
                ? throw new InvalidOperationException("broken")
                : context.RespondAsync(new Answer(context.Message.Text)));
        }),
        resilience,
        Settings.Of(["user:Retry:MaxRetries=0", "user:Fallback:ErrorThreshold=1", "user:Fallback:Source=LastGoodReply", .. settings]),
        protectConsumers: false);

    public sealed class Editable
    {
        public string Text { get; set; } = "";
    }
}
