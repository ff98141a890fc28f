using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>An event that was held, and then failed.</summary>
public sealed class HeldCopyTests
{
    private static readonly TimeSpan Reset = TimeSpan.FromMinutes(17);

    private readonly WatchedClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_HeldAndThenFailed_CopySaysForHowLong()
    {
        await using TestBus bus = await StartAsync();
        await bus.Bus.Publish(new Happened(1), Token);
        Headers opened = await bus.ErrorAsync("happened");
        await bus.DeliveredAsync("happened");

        await bus.Bus.Publish(new Happened(2), Token);
        await _clock.WaitingAsync(1);
        _clock.Advance(Reset);
        Headers held = await bus.ErrorAsync("happened");

        opened.TryGetHeader("Resilience-Held", out _).ShouldBeFalse();
        held.TryGetHeader("Resilience-Held", out object? time).ShouldBeTrue();
        time.ToString().ShouldBe($"{Reset.TotalMilliseconds}");
    }

    private Task<TestBus> StartAsync() => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton<TimeProvider>(_clock);
            bus.AddHandler(static (ConsumeContext<Happened> _) => throw new InvalidOperationException("broken"))
                .Endpoint(static endpoint => endpoint.Name = "happened");
        },
        settings: Settings.Of(
            "user:Retry:MaxRetries=0",
            "user:CircuitBreaker:FailureThreshold=1",
            "user:CircuitBreaker:HoldLimit=00:25:00",
            $"user:CircuitBreaker:ResetTimeout={Reset:c}"),
        watch: "happened");
}
