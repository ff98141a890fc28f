using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// Events that arrive while the breaker is open. Time is the test's and moves only where the test says so, so the time at which
/// a consumer ran shows whether the event was held.
/// </summary>
public sealed class HeldEventTests
{
    private static readonly TimeSpan Reset = TimeSpan.FromMinutes(1);

    private readonly WatchedClock _clock = new();
    private readonly ConcurrentQueue<(int Number, TimeSpan At)> _consumed = new();
    private readonly ConcurrentDictionary<int, bool> _failing = new();
    private readonly DateTimeOffset _start;

    public HeldEventTests() => _start = _clock.GetUtcNow();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_BreakerOpen_EventsAreHeldUntilItHalfOpens()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);

        await PublishAsync(bus, 2, 3, 4);
        await _clock.WaitingAsync(3);
        _clock.Advance(Reset);
        DeadLetters left = await bus.DeadLettersAsync("happened", deliveries: 4);

        _consumed.Select(consumed => consumed.Number).Order().ShouldBe([1, 2, 3, 4]);
        _consumed.Where(consumed => consumed.Number > 1).ShouldAllBe(consumed => consumed.At == Reset);
        left.Errors.Count.ShouldBe(1, "only the event that opened the breaker failed");
        left.Skipped.ShouldBeEmpty();
        bus.Snapshot(ResilienceSide.Consumer).CircuitState.ShouldBe(CircuitState.Closed);
    }

    [Fact]
    public async Task Send_ProbeFails_TheOthersStayHeldForAnotherReset()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        _failing[2] = true;

        await PublishAsync(bus, 2);
        await _clock.WaitingAsync(1);
        _clock.Advance(Reset);
        await bus.DeliveredAsync("happened", 2);
        await PublishAsync(bus, 3);
        await _clock.WaitingAsync(1);
        _clock.Advance(Reset);
        DeadLetters left = await bus.DeadLettersAsync("happened", deliveries: 3);

        _consumed.ShouldBe([(1, TimeSpan.Zero), (2, Reset), (3, Reset * 2)]);
        left.Errors.Count.ShouldBe(2);
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_CommandWhileOpen_IsHeldToo()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        ISendEndpoint endpoint = await bus.Bus.GetSendEndpoint(new Uri("queue:happened"));

        await endpoint.Send(new Happened(2), Token);
        await _clock.WaitingAsync(1);
        _clock.Advance(Reset);
        await bus.DeliveredAsync("happened", 2);

        _consumed.ShouldContain((2, Reset));
    }

    [Fact]
    public async Task Send_RequestWhileEventsAreHeld_IsServed()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        await PublishAsync(bus, 2);
        await _clock.WaitingAsync(1);

        (await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token)).Message.Text.ShouldBe("x");

        _consumed.Count.ShouldBe(1);
        _clock.Advance(Reset);
        await bus.DeliveredAsync("happened", 3);
    }

    [Fact]
    public async Task Send_RequestUnderTheCircuitThatHoldsEvents_IsRefusedAtOnce()
    {
        await using TestBus bus = await StartAsync(scope: StateScope.Service);
        await OpenAsync(bus);
        await PublishAsync(bus, 2);
        await _clock.WaitingAsync(1);

        CircuitOpenRejectedException refused = await Should.ThrowAsync<CircuitOpenRejectedException>(
            bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token));

        refused.IsRemote.ShouldBeTrue();
        _consumed.Count.ShouldBe(1);
        _clock.Advance(Reset);
        await bus.DeliveredAsync("happened", 2);
    }

    [Fact]
    public async Task StopAsync_EventsHeld_DoesNotWaitForTheBreaker()
    {
        await using TestBus bus = await StartAsync();
        await OpenAsync(bus);
        await PublishAsync(bus, 2, 3);
        await _clock.WaitingAsync(2);

        await bus.StopAsync().WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, Token);

        _consumed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Naive_MassTransitsCircuitBreaker_MovesEventsToTheErrorQueueThatNeverRan()
    {
        const int Bad = 10;
        await using TestBus bus = await StartAsync(naive: true);
        for (int number = 1; number <= Bad; number++)
        {
            _failing[number] = true;
            await PublishAsync(bus, number);
            await bus.ErrorAsync("happened");
        }

        await PublishAsync(bus, 11, 12, 13);
        for (int number = 11; number <= 13; number++)
            await bus.ErrorAsync("happened");

        _consumed.ShouldNotContain(consumed => consumed.Number > Bad);
    }

    private static async Task PublishAsync(TestBus bus, params int[] numbers)
    {
        foreach (int number in numbers)
            await bus.Bus.Publish(new Happened(number), Token);
    }

    private async Task OpenAsync(TestBus bus)
    {
        _failing[1] = true;
        await PublishAsync(bus, 1);
        await bus.DeliveredAsync("happened");
    }

    private Task<TestBus> StartAsync(bool naive = false, StateScope? scope = null) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint =>
        {
            if (naive)
                endpoint.UseCircuitBreaker(breaker => (breaker.ActiveThreshold, breaker.TripThreshold, breaker.ResetInterval) = (1, 1, Reset));
            endpoint.Handler<Happened>(ConsumeAsync);
            endpoint.Handler<Ask>(Callee.Answers);
        }),
        settings: Settings.Of(
            scope is { } shared ? $"user:Scope={shared}" : "user:Retry:MaxRetries=0",
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HalfOpenMaxCalls=1",
            "user:CircuitBreaker:ResetTimeout=00:01:00"),
        watch: "happened",
        protectConsumers: !naive);

    private Task ConsumeAsync(ConsumeContext<Happened> context)
    {
        int number = context.Message.Number;
        _consumed.Enqueue((number, _clock.GetUtcNow() - _start));
        return _failing.ContainsKey(number) ? throw new InvalidOperationException("broken") : Task.CompletedTask;
    }
}
