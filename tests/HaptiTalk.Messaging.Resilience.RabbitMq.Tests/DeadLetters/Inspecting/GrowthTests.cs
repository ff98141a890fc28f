using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

public sealed class GrowthTests(BrokerFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_OthersAskInBetween_GrowthIsThatOfTheLastMinute()
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q_error");
        await broker.FillAsync("q_error", 1);
        FakeTimeProvider time = new();
        IDeadLetterInspector inspector = new RabbitMqDeadLetters(
            new() { Broker = broker.Host.Address, Management = new UriBuilder(fixture.Management).Uri }, time).Inspector;

        (await GrowthAsync()).ShouldBeNull();
        for (int second = 0; second < 60; second += 10)
        {
            await broker.FillAsync("q_error", 1);
            await Until.TrueAsync(async () => await broker.CountAsync("q_error") == (second / 10) + 2);
            time.Advance(TimeSpan.FromSeconds(9.5));
            await GrowthAsync();
            time.Advance(TimeSpan.FromSeconds(0.5));
        }

        // Six in a minute, and somebody has just asked.
        (await GrowthAsync()).ShouldBe(6);
        time.Advance(TimeSpan.FromHours(1));
        (await GrowthAsync()).ShouldBeNull();

        async Task<double?> GrowthAsync() => (await inspector.ListAsync(cancellationToken: Token)).Queues.Single().GrowthPerMinute;
    }
}
