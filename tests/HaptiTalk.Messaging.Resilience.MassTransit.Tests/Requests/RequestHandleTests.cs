using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A request that its caller assembles is sent once at most, and is protected in all else. Time is the test's.</summary>
public sealed class RequestHandleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_Handle_HasTheIdentityItsCallerWasTold()
    {
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Response<Answer> reply = await request.GetResponse<Answer>();

        (await _callee.ReceivedAsync()).RequestId.ShouldBe(request.RequestId);
        reply.RequestId.ShouldBe(request.RequestId);
        (await request.Message).Text.ShouldBe("x");
    }

    [Fact]
    public async Task GetResponse_NobodyAnswers_HasTheWholeTimeForItsOnlyAttempt()
    {
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync("user:Timeout:DefaultTimeout=00:01:00", "user:Retry:MaxRetries=3");
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<Answer>> pending = request.GetResponse<Answer>();
        ConsumeContext<Ask> received = await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromSeconds(59));
        pending.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));

        RequestTimedOutException timedOut = await Should.ThrowAsync<RequestTimedOutException>(pending);
        timedOut.Attempts.ShouldBe(1);
        (received.ExpirationTime - received.SentTime).ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        _callee.Calls.ShouldBe(1);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_AttemptTimeoutSet_EndsItsOnlyAttempt()
    {
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync("user:Timeout:AttemptTimeout=00:00:05", "user:Retry:MaxRetries=3");
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<Answer>> pending = request.GetResponse<Answer>();
        await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<RequestTimedOutException>(pending)).Attempts.ShouldBe(1);
        _callee.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData("call")]
    [InlineData("factory")]
    [InlineData("handle")]
    public async Task GetResponse_TimeoutOfTheRequest_ReplacesTheProfiles(string giver)
    {
        var timeout = RequestTimeout.After(s: 5);
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = giver switch
        {
            "call" => bus.Client<Ask>().Create(new Ask("x"), Token, timeout),
            "factory" => bus.Services.GetRequiredService<IClientFactory>().CreateRequest(new Ask("x"), Token, timeout),
            _ => bus.Client<Ask>().Create(new Ask("x"), Token),
        };
        if (giver == "handle")
            request.TimeToLive = timeout;

        Task<Response<Answer>> pending = request.GetResponse<Answer>();
        await _callee.ReceivedAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));

        (await Should.ThrowAsync<RequestTimedOutException>(pending)).Timeout.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task GetResponse_NoPlaceInTheBulkhead_IsSentWhenThereIsOne()
    {
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await Callee.Answers(context);
        };
        await using TestBus bus = await StartAsync("user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=1");
        Task<Response<Answer>> running = bus.Client<Ask>().GetResponse<Answer>(new Ask("running"), Token);
        await _callee.ReceivedAsync();
        using RequestHandle<Ask> waiting = bus.Client<Ask>().Create(new Ask("waiting"), Token);
        using RequestHandle<Ask> refused = bus.Client<Ask>().Create(new Ask("refused"), Token);

        Task<Response<Answer>> later = waiting.GetResponse<Answer>();
        await Should.ThrowAsync<BulkheadFullRejectedException>(refused.GetResponse<Answer>());
        _callee.Calls.ShouldBe(1);
        gate.SetResult();

        (await running).Message.Text.ShouldBe("running");
        (await later).Message.Text.ShouldBe("waiting");
        _callee.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task GetResponse_BreakerOpen_IsRefusedAndNeverSent()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<Answer>> one = request.GetResponse<Answer>(readyToSend: false);
        Task<Response<OtherAnswer>> other = request.GetResponse<OtherAnswer>();

        await Should.ThrowAsync<CircuitOpenRejectedException>(other);
        await Should.ThrowAsync<CircuitOpenRejectedException>(one);
        await Should.ThrowAsync<OperationCanceledException>(request.Message);
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_BreakerOpenAndThereIsAFallback_ItIsTheAlternativeThatFits()
    {
        await using TestBus bus = await StartAsync(
            resilience => resilience.AddFallback<Ask, OtherAnswer>(static (_, _) => new(new OtherAnswer(7))), "user:Fallback:ErrorThreshold=10");
        await OpenAsync(bus);
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<Answer>> one = request.GetResponse<Answer>(readyToSend: false);
        Response<OtherAnswer> other = await request.GetResponse<OtherAnswer>();

        other.Message.Number.ShouldBe(7);
        other.IsFallback(out FallbackReason reason).ShouldBeTrue();
        reason.ShouldBe(FallbackReason.CircuitOpen);
        one.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task GetResponse_TwoAlternatives_OnlyTheOneThatComesEndsBeforeTheHandle()
    {
        await using TestBus bus = await StartAsync();
        RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<OtherAnswer>> other = request.GetResponse<OtherAnswer>(readyToSend: false);
        Task<Response<Answer>> one = request.GetResponse<Answer>();
        Task first = await Task.WhenAny(other, one);

        first.ShouldBe(one);
        (await one).Message.Text.ShouldBe("x");
        other.IsCompleted.ShouldBeFalse();
        request.Dispose();
        await Should.ThrowAsync<OperationCanceledException>(other);
        bus.Measured.Sum("executions", ("side", "client"), ("result", "success")).ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_AlternativeAddedAfterItWasSent_IsReceivedToo()
    {
        var gate = new TaskCompletionSource();
        _callee.Behaviour = async context =>
        {
            await gate.Task;
            await context.RespondAsync(new OtherAnswer(7));
        };
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        _ = request.GetResponse<Answer>();
        await _callee.ReceivedAsync();
        Task<Response<OtherAnswer>> added = request.GetResponse<OtherAnswer>();
        gate.SetResult();

        (await added).Message.Number.ShouldBe(7);
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_SameReplyTypeTwice_IsRefusedAsMassTransitDoes()
    {
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);
        _ = request.GetResponse<Answer>(readyToSend: false);

        Should.Throw<RequestException>(() => { _ = request.GetResponse<Answer>(); }).Message.ShouldContain("Answer");
    }

    [Fact]
    public async Task GetResponse_CalleeFails_EveryAlternativeFailsAndTheBreakerSeesIt()
    {
        _callee.Behaviour = Callee.Fails;
        await using TestBus bus = await StartAsync("user:CircuitBreaker:FailureThreshold=10");
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), Token);

        Task<Response<OtherAnswer>> other = request.GetResponse<OtherAnswer>(readyToSend: false);
        await Should.ThrowAsync<RequestFaultException>(request.GetResponse<Answer>());

        await Should.ThrowAsync<RequestFaultException>(other);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("dispose")]
    [InlineData("token")]
    public async Task GetResponse_CallerGivesUp_IsCancelledAndNotAFailure(string how)
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _callee.Behaviour = Callee.Ignores;
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), caller.Token);
        Task<Response<Answer>> pending = request.GetResponse<Answer>();
        await _callee.ReceivedAsync();

        await GiveUpAsync(request, caller, how);

        await Should.ThrowAsync<OperationCanceledException>(pending);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
        bus.Measured.Sum("executions", ("side", "client"), ("result", "cancelled")).ShouldBe(1);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("dispose")]
    [InlineData("token")]
    public async Task GetResponse_CallerGivesUpBeforeItIsReady_IsCancelledAndNeverSent(string how)
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using TestBus bus = await StartAsync();
        using RequestHandle<Ask> request = bus.Client<Ask>().Create(new Ask("x"), caller.Token);
        Task<Response<Answer>> pending = request.GetResponse<Answer>(readyToSend: false);

        await GiveUpAsync(request, caller, how);

        await Should.ThrowAsync<OperationCanceledException>(pending);
        await Should.ThrowAsync<OperationCanceledException>(request.GetResponse<OtherAnswer>());
        _callee.Calls.ShouldBe(0);
        bus.Measured.Sum("executions", ("side", "client")).ShouldBe(0);
    }

    [Fact]
    public async Task Create_Null_IsRefused()
    {
        await using TestBus bus = await StartAsync();

        Should.Throw<ArgumentNullException>(() => bus.Client<Ask>().Create((Ask)null!, Token));
        Should.Throw<ArgumentNullException>(() => bus.Client<Ask>().Create((object)null!, Token));
    }

    private static async Task GiveUpAsync(RequestHandle<Ask> request, CancellationTokenSource caller, string how)
    {
        switch (how)
        {
            case "cancel":
                request.Cancel();
                break;
            case "dispose":
                request.Dispose();
                break;
            default:
                await caller.CancelAsync();
                break;
        }
    }

    private async Task OpenAsync(TestBus bus)
    {
        _callee.Behaviour = Callee.Fails;
        await Should.ThrowAsync<RequestFaultException>(bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));
        bus.Snapshot(ResilienceSide.Client).CircuitState.ShouldBe(CircuitState.Open);
        _callee.Behaviour = Callee.Answers;
    }

    private Task<TestBus> StartAsync(params ReadOnlySpan<string> settings) => StartAsync(static _ => { }, settings);

    private Task<TestBus> StartAsync(Action<IMessagingResilienceBuilder> resilience, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
        resilience,
        Settings.Of(["user:CircuitBreaker:FailureThreshold=1", .. settings]),
        protectConsumers: false);
}
