using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Headers that anybody may write, of any type: none of them makes a message fail, and none is taken for more than it is.</summary>
public sealed class HostileHeaderTests
{
    private readonly WatchedClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<object> Counts => [1e300, -1e300, ulong.MaxValue, decimal.MaxValue, "many", "", true, DateTime.MaxValue];

    public static TheoryData<object> Reasons => [99, "99", "1", 1L, "CircuitOpen, Failed", "circuitopen", "None", "", true, 1e300, new List<string> { "Failed" }];

    [Theory]
    [MemberData(nameof(Counts), DisableDiscoveryEnumeration = true)]
    public async Task Publish_DeliveryCountIsNone_TheEventIsHeldLikeOthers(object count)
    {
        await using TestBus bus = await TestBus.StartAsync(
            bus =>
            {
                bus.AddSingleton<TimeProvider>(_clock);
                bus.AddHandler(static (ConsumeContext<Happened> context) =>
                    context.Message.Number == 1 ? throw new InvalidOperationException("broken") : Task.CompletedTask)
                    .Endpoint(static endpoint => endpoint.Name = "happened");
            },
            settings: Settings.Of("user:Retry:MaxRetries=0", "user:CircuitBreaker:FailureThreshold=1", "user:CircuitBreaker:ResetTimeout=00:01:00"),
            watch: "happened");
        await bus.Bus.Publish(new Happened(1), Token);
        await bus.DeliveredAsync("happened");

        await bus.Bus.Publish(new Happened(2), context => context.Headers.Set("x-delivery-count", count), Token);
        await Task.WhenAny(_clock.WaitingAsync(1), bus.DeliveredAsync("happened", 2));
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await bus.DeadLettersAsync("happened", deliveries: 2)).Errors.Count.ShouldBe(1, "only the event that opened the breaker failed");
    }

    [Theory]
    [MemberData(nameof(Reasons), DisableDiscoveryEnumeration = true)]
    public async Task IsFallback_HeaderNamesNoReason_IsFalse(object reason)
    {
        await using TestBus bus = await TestBus.StartAsync(
            static _ => { },
            (_, memory) => memory.ReceiveEndpoint("ask", endpoint => endpoint.Handler<Ask>(
                context => context.RespondAsync(new Answer("x"), Pipe.Execute<SendContext<Answer>>(send => send.Headers.Set("Resilience-Fallback", reason))))));

        Response<Answer> reply = await bus.Client<Ask>().GetResponse<Answer>(new Ask("x"), Token);

        reply.IsFallback(out FallbackReason read).ShouldBeFalse();
        read.ShouldBe(FallbackReason.None);
    }

    [Fact]
    public void TryGetFallbackAge_NoNumber_IsNone()
    {
        foreach (object age in new object[] { 1e300, -5, "x", true, new List<int>(), ulong.MaxValue, long.MaxValue })
        {
            var headers = new DictionarySendHeaders();
            headers.Set("Resilience-Fallback-Age", age);
            MessageStub.Of(("Headers", headers)).TryGetFallbackAge(out TimeSpan read).ShouldBeFalse();
            read.ShouldBe(TimeSpan.Zero);
        }
    }
}
