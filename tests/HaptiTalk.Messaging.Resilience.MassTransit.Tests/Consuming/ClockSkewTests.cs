using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Consumers whose clock is not their requesters'.</summary>
public sealed class ClockSkewTests
{
    private static readonly RequestTimeout Minute = RequestTimeout.After(m: 1);

    private readonly Callee _callee = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(-100_000)]
    public async Task Send_ClocksNoFurtherApartThanTolerated_IsServed(int minutesAhead)
    {
        await using TestBus bus = await StartAsync(minutesAhead, "user:Timeout:ClockSkewTolerance=00:05:00");

        Response<Answer> reply = await bus.Bus.CreateRequestClient<Ask>(Minute).GetResponse<Answer>(new Ask("x"), Token);

        reply.Message.Text.ShouldBe("x");
        bus.Measured.Sum("expired_messages").ShouldBe(0);
    }

    [Fact]
    public async Task Send_ClockFurtherAheadThanTolerated_IsDroppedAndCounted()
    {
        await using TestBus bus = await StartAsync(minutesAhead: 7, "user:Timeout:ClockSkewTolerance=00:05:00");
        using RequestHandle<Ask> request = bus.Bus.CreateRequestClient<Ask>(Minute).Create(new Ask("x"), Token);

        Task<Response<Answer>> nobodyAnswers = request.GetResponse<Answer>();
        await bus.DeliveredAsync("ask");

        _callee.Calls.ShouldBe(0);
        nobodyAnswers.IsCompleted.ShouldBeFalse();
        bus.Measured.Sum("expired_messages", ("side", "consumer"), ("service", "user")).ShouldBe(1);
    }

    [Fact]
    public async Task Send_ToleranceOfOneOperation_IsThatOperations()
    {
        await using TestBus bus = await StartAsync(minutesAhead: 2, "user:Operations:ask:Timeout:ClockSkewTolerance=00:05:00");

        await bus.Bus.CreateRequestClient<Ask>(Minute).GetResponse<Answer>(new Ask("x"), Token);

        _callee.Calls.ShouldBe(1);
    }

    private Task<TestBus> StartAsync(int minutesAhead, params ReadOnlySpan<string> settings) => TestBus.StartAsync(
        bus =>
        {
            bus.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutesAhead)));
            bus.AddHandler((ConsumeContext<Ask> context) => _callee.ConsumeAsync(context)).Endpoint(static endpoint => endpoint.Name = "ask");
        },
        settings: Settings.Of(settings));
}
