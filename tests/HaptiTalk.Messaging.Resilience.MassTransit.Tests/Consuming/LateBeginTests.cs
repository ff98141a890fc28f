using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A request that waited so long that its consumer cannot be done in time: the consumer is not the one to blame.</summary>
public sealed class LateBeginTests
{
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    // A request is written with the machine's time.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Callee _callee = new();
    private readonly Collected<Happened> _happened = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.6, false, 0)]
    [InlineData(0.2, false, 1)]
    [InlineData(0.6, true, 2)]
    public async Task Consume_RunsOutOfTimeAfterAWait_CountsWhereMostOfTheTimeWasLeftOrFailuresWereBefore(double waited, bool firstFails, int failures)
    {
        _callee.Behaviour = async context =>
        {
            await _first.Task;
            if (_callee.Calls > 1)
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            await (firstFails ? Callee.Fails(context) : Callee.Answers(context));
        };
        await using TestBus bus = await StartAsync();
        Task<Response<Answer>> first = bus.Client<Ask>().GetResponse<Answer>(new Ask("first"), Token);
        await _callee.ReceivedAsync();
        Task<Response<Answer>> second = bus.Client<Ask>().GetResponse<Answer>(new Ask("second"), Token);
        while (Consumer(bus)?.QueueLength is not > 0)
            await Task.Yield();

        _clock.Advance(Total * waited);
        _first.SetResult();
        await Task.WhenAny(first);
        await _callee.ReceivedAsync();
        _clock.Advance(Total);
        await Should.ThrowAsync<RequestException>(second);
        await bus.DeadLettersAsync("ask", 2);

        Consumer(bus).ShouldNotBeNull().FailureCount.ShouldBe(failures);
    }

    [Fact]
    public async Task Consume_EventThatWaitedForItsPlaceHangs_Counts()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        await _happened.NextAsync(Token);
        await bus.Bus.Publish(new Happened(2), Token);
        while (Consumer(bus)?.QueueLength is not > 0)
            await Task.Yield();

        _clock.Advance(Total * 0.9);
        _first.SetResult();
        await _happened.NextAsync(Token);
        _clock.Advance(Total);
        await bus.DeadLettersAsync("ask", 2);

        Consumer(bus).ShouldNotBeNull().FailureCount.ShouldBe(1);
    }

    private static ServiceSnapshot? Consumer(TestBus bus) => bus.Services.GetRequiredService<IMessagingResilience>().GetSnapshot()
        .SingleOrDefault(static snapshot => snapshot is { Side: ResilienceSide.Consumer, Service: "session" });

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (context, memory) => memory.ReceiveEndpoint("ask", endpoint =>
        {
            endpoint.UseMessagingResilience(context, service: "session");
            endpoint.Handler<Ask>(_callee.ConsumeAsync);
            endpoint.Handler<Happened>(async context =>
            {
                await _happened.AddAsync(context);
                await _first.Task;
                if (context.Message.Number > 1)
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
            });
        }),
        settings: Settings.Of(
            "user:Timeout:DefaultTimeout=00:00:10",
            "session:Timeout:DefaultTimeout=00:00:10",
            "session:Retry:MaxRetries=0",
            "session:Bulkhead:MaxConcurrentCalls=1",
            "session:Bulkhead:Timeout=00:00:10",
            "session:Scope=Service"),
        watch: "ask");
}
