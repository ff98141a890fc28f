using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Work that takes long: its profile says how long, for all attempts and for one.</summary>
public sealed class LongConsumerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Collected<Happened> _started = new();
    private readonly TaskCompletionSource _work = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_WorksForLessThanItsAttemptMayTake_IsOneAttempt()
    {
        await using TestBus bus = await StartAsync("user:Timeout:DefaultTimeout=01:00:00", "user:Timeout:AttemptTimeout=01:00:00");

        await bus.Bus.Publish(new Happened(1), Token);
        ConsumeContext<Happened> started = await _started.NextAsync(Token);
        _clock.Advance(TimeSpan.FromMinutes(50));
        started.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        _work.SetResult();
        DeadLetters left = await bus.DeadLettersAsync("happened");

        left.Errors.ShouldBeEmpty();
        _started.Count.ShouldBe(0);
        bus.Measured.Sum("operation_timeouts").ShouldBe(0);
    }

    [Fact]
    public async Task Send_WorksForLongerThanItsAttemptMayTake_IsToldToStop()
    {
        await using TestBus bus = await StartAsync(
            "user:Retry:MaxRetries=0", "user:Timeout:DefaultTimeout=01:00:00", "user:Timeout:AttemptTimeout=01:00:00");

        await bus.Bus.Publish(new Happened(1), Token);
        ConsumeContext<Happened> started = await _started.NextAsync(Token);
        _clock.Advance(TimeSpan.FromHours(1));
        DeadLetters left = await bus.DeadLettersAsync("happened");

        started.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        left.Errors.Count.ShouldBe(1);
    }

    private Task<TestBus> StartAsync(params string[] settings) => TestBus.StartAsync(
        bus => bus.AddSingleton<TimeProvider>(_clock),
        (_, memory) => memory.ReceiveEndpoint("happened", endpoint => endpoint.Handler<Happened>(async context =>
        {
            await _started.AddAsync(context);
            await _work.Task.WaitAsync(context.CancellationToken);
        })),
        settings: Settings.Of(settings),
        watch: "happened");
}
