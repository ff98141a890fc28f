using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>How many calls run and wait at once. Time is the test's.</summary>
public sealed class ClientBulkheadTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Callee _callee = new();
    private readonly TaskCompletionSource _gate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_PlaceTakenAndQueueFull_IsRefusedAtOnce()
    {
        await using TestBus bus = await StartAsync();
        Task<Response<Answer>> running = AskAsync(bus, "running");
        Task<Response<Answer>> waiting = AskAsync(bus, "waiting");

        BulkheadFullRejectedException refused = await Should.ThrowAsync<BulkheadFullRejectedException>(AskAsync(bus, "refused"));

        refused.Service.ShouldBe("user");
        refused.ActiveCalls.ShouldBe(1);
        refused.QueueLength.ShouldBe(1);
        refused.RetryAfter.ShouldNotBeNull();
        refused.IsRemote.ShouldBeFalse();
        bus.Measured.Sum("bulkhead_rejections", ("side", "client")).ShouldBe(1);

        _gate.SetResult();
        (await running).Message.Text.ShouldBe("running");
        (await waiting).Message.Text.ShouldBe("waiting");
        _callee.Calls.ShouldBe(2);
        bus.Snapshot(ResilienceSide.Client).FailureCount.ShouldBe(0);
    }

    [Fact]
    public async Task GetResponse_WaitsLongerThanTheQueuesTimeout_IsRefused()
    {
        await using TestBus bus = await StartAsync();
        Task<Response<Answer>> running = AskAsync(bus, "running");
        Task<Response<Answer>> waiting = AskAsync(bus, "waiting");

        _clock.Advance(TimeSpan.FromSeconds(1));

        BulkheadFullRejectedException refused = await Should.ThrowAsync<BulkheadFullRejectedException>(waiting);
        refused.Message.ShouldContain("no place became free within 1 s");
        _gate.SetResult();
        await running;
        _callee.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetResponse_CallerLeavesTheQueue_NextCallGetsItsPlace()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using TestBus bus = await StartAsync();
        Task<Response<Answer>> running = AskAsync(bus, "running");
        Task<Response<Answer>> leaving = bus.Client<Ask>().GetResponse<Answer>(new Ask("leaving"), impatient.Token);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(leaving);
        Task<Response<Answer>> waiting = AskAsync(bus, "waiting");
        _gate.SetResult();

        (await running).Message.Text.ShouldBe("running");
        (await waiting).Message.Text.ShouldBe("waiting");
        bus.Snapshot(ResilienceSide.Client).ActiveCalls.ShouldBe(0);
    }

    private static Task<Response<Answer>> AskAsync(TestBus bus, string text) => bus.Client<Ask>().GetResponse<Answer>(new Ask(text), Token);

    private Task<TestBus> StartAsync()
    {
        _callee.Behaviour = async context =>
        {
            await _gate.Task;
            await Callee.Answers(context);
        };
        return TestBus.StartAsync(
            bus => bus.AddSingleton<TimeProvider>(_clock),
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(_callee.ConsumeAsync)),
            settings: Settings.Of(
                "user:Bulkhead:MaxConcurrentCalls=1", "user:Bulkhead:QueueCapacity=1", "user:Bulkhead:Timeout=00:00:01"),
            protectConsumers: false);
    }
}
