using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>
/// Ten thousand requests through a consumer in every mood, while its breaker opens and closes and its bulkhead fills: each
/// requester gets one outcome, and nothing of it stays behind.
/// </summary>
[Collection(Timed.Name)]
public sealed class RequestStormTests(BrokerFixture broker)
{
    private const int Bets = 10_000;
    private const int WarmUp = 2_000;
    private const int Seed = 20_250;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_ConsumerInEveryMood_EachRequesterGetsOneOutcomeAndNothingStaysBehind()
    {
        var consumer = new MoodyConsumer(Bets);
        var answers = new SentAnswers();
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await StartAsync(host, consumer);
        // It keeps every measurement, which would look like a leak.
        bus.Measured.Dispose();
        bus.Bus.ConnectSendObserver(answers);
        var requesters = new Requesters(bus, consumer, Bets, Seed);

        await requesters.SendUpToAsync(WarmUp, Token);
        await QuietAsync(bus);
        Footprint before = Footprint.Measure();
        await requesters.SendUpToAsync(Bets, Token);
        await QuietAsync(bus);

        requesters.Bets.Where(static bet => bet.Outcome != bet.OutcomeOfRunning && bet.Outcome != bet.OutcomeOfRefusal).ShouldBeEmpty();
        answers.Repeated.ShouldBe(0);
        answers.Requests.ShouldBeGreaterThanOrEqualTo(requesters.Bets.Count(static bet => bet.Outcome != Outcome.TimedOut));
        (await Queue.CountAsync(host, "bets_error")).ShouldBe((uint)requesters.Bets.Count(static bet => bet.LeavesAnErrorCopy));
        (await Queue.CountAsync(host, "bets_skipped") ?? 0).ShouldBe(0u);
        ExpectVariety(requesters.Bets);
        ExpectNobodyInside(bus);

        answers.Forget();
        Footprint.Measure().ShouldBeNoLargerThan(before);
    }

    // Without it the storm would have shown less than it claims.
    private static void ExpectVariety(IReadOnlyList<PlacedBet> bets)
    {
        bets.ShouldContain(static bet => bet.Outcome == Outcome.Rejected);
        foreach (Mood mood in Enum.GetValues<Mood>())
            bets.ShouldContain(bet => bet.Mood == mood && !bet.IsSafe && bet.Outcome == bet.OutcomeOfRunning, mood.ToString());
    }

    private static void ExpectNobodyInside(RabbitBus bus)
    {
        foreach (ServiceSnapshot snapshot in bus.Services.GetRequiredService<IMessagingResilience>().GetSnapshot())
        {
            snapshot.ActiveCalls.ShouldBe(0, snapshot.ToString());
            snapshot.QueueLength.ShouldBe(0, snapshot.ToString());
        }
    }

    // A last request stands behind all others in the queue: once it is answered, no delivery is still to begin.
    private static async Task QuietAsync(RabbitBus bus)
    {
        await bus.Bus.CreateRequestClient<Ask>().GetResponse<Answer>(new Ask("last"), Token);
        await bus.DeliveredAsync("bets", bus.Taken("bets"));
    }

    private static Task<RabbitBus> StartAsync(VirtualHost host, MoodyConsumer consumer) => RabbitBus.StartAsync(
        host,
        (context, rabbit) => rabbit.ReceiveEndpoint("bets", endpoint =>
        {
            endpoint.PrefetchCount = 128;
            endpoint.UseMessagingResilience(context, service: "session");
            endpoint.Handler<Bet>(bet => consumer.ConsumeAsync(bet, bet.Message.Number, bet.Message.Mood));
            endpoint.Handler<SafeBet>(bet => consumer.ConsumeAsync(bet, bet.Message.Number, bet.Message.Mood));
            endpoint.Handler<Ask>(Callee.Answers);
        }),
        Settings.Of(
            "user:CircuitBreaker:FailureThreshold=1000000",
            "user:Bulkhead:MaxConcurrentCalls=1000",
            "user:Retry:MaxRetries=1",
            "session:CircuitBreaker:FailureThreshold=3",
            "session:CircuitBreaker:ResetTimeout=00:00:00.005",
            "session:Retry:MaxRetries=1",
            "session:Retry:InitialDelay=00:00:00.005",
            "session:Timeout:DefaultTimeout=00:00:20",
            "session:Timeout:AttemptTimeout=00:00:00.700",
            "session:Fallback:ErrorThreshold=1",
            "session:Bulkhead:MaxConcurrentCalls=64",
            "session:Bulkhead:QueueCapacity=16",
            "session:Bulkhead:Timeout=00:00:00.200"),
        resilience: static resilience => resilience.AddFallback<SafeBet, Answer>(
            static (_, _) => new(new Answer("instead")), ResilienceSide.Consumer));
}
