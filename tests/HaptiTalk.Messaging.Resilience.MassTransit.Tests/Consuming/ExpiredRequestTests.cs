using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Requests whose caller has given up: the broker drops them in the queue, but not those it has handed out already.</summary>
public sealed class ExpiredRequestTests
{
    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_DeadlineHasPassed_IsDroppedUnservedAndCounted()
    {
        await using TestBus bus = await StartAsync(ahead: TimeSpan.FromMinutes(2));
        using RequestHandle<Ask> request = bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).Create(new Ask("late"), Token);

        Task<Response<Answer>> nobodyAnswers = request.GetResponse<Answer>();
        DeadLetters left = await bus.DeadLettersAsync("ask");

        _callee.Calls.ShouldBe(0);
        nobodyAnswers.IsCompleted.ShouldBeFalse();
        bus.Measured.Sum("expired_messages", ("side", "consumer"), ("service", "user"), ("operation", "ask")).ShouldBe(1);
        left.Errors.ShouldBeEmpty();
        left.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_DeadlineAhead_IsServed()
    {
        await using TestBus bus = await StartAsync(ahead: TimeSpan.Zero);

        await bus.Bus.CreateRequestClient<Ask>(RequestTimeout.After(m: 1)).GetResponse<Answer>(new Ask("in time"), Token);

        _callee.Calls.ShouldBe(1);
        bus.Measured.Sum("expired_messages").ShouldBe(0);
    }

    [Fact]
    public async Task Send_EventWhoseLifeIsOver_IsStillConsumed()
    {
        await using TestBus bus = await StartAsync(ahead: TimeSpan.FromMinutes(2));

        await bus.Bus.Publish(new Ask("nobody waits"), context => context.TimeToLive = TimeSpan.FromMinutes(1), Token);
        await bus.DeliveredAsync("ask");

        _callee.Calls.ShouldBe(1);
    }

    private Task<TestBus> StartAsync(TimeSpan ahead) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + ahead));
            bus.AddHandler((ConsumeContext<Ask> context) => _callee.ConsumeAsync(context)).Endpoint(static endpoint => endpoint.Name = "ask");
        },
        watch: "ask");
}
