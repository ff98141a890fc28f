using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Services in a row on a real broker, with the times of a real one.</summary>
[Collection(Timed.Name)]
public sealed class ChainTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TimeSpan _work;

    [Fact]
    public async Task GetResponse_FiveServicesThatUseFifteenPercentEach_NoneFailsAndNoneRunsTwice()
    {
        const int Calls = 5;
        TimeSpan total = TimeSpan.FromSeconds(4);
        var chain = new Chain(WorkAsync);
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, static (_, _) => { }, Chain.SettingsOf(total), register: chain.AddTo);

        // The first call pays for compiling the path.
        await bus.Client<First>().GetResponse<Answer>(new First(), Token);
        _work = total * 0.15;
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => bus.Client<First>().GetResponse<Answer>(new First(), Token)));

        chain.Runs.ShouldBe((1 + Calls) * Chain.Services);
        bus.Measured.Sum("retry_attempts").ShouldBe(0);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1500)]
    public async Task GetResponse_ThirdServiceWithTwoSecondsUsesThem_AnswersAtTheFirstAttempt(int milliseconds)
    {
        const int Calls = 10;
        var shop = new Shop(WorkAsync);
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, static (_, _) => { }, Shop.SettingsOf(), register: shop.AddTo);

        await bus.Client<PlaceOrder>().GetResponse<Answer>(new PlaceOrder(), Token);
        _work = TimeSpan.FromMilliseconds(milliseconds);
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => bus.Client<PlaceOrder>().GetResponse<Answer>(new PlaceOrder(), Token)));

        shop.Payments.ShouldBe(1 + Calls);
    }

    private Task WorkAsync(CancellationToken cancellationToken) => Task.Delay(_work, TimeProvider.System, cancellationToken);
}
