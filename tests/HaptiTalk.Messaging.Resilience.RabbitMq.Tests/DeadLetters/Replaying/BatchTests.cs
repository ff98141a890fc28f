using HaptiTalk.Messaging.Resilience.Brokers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>Growing batches, with a consumer that sends some of what it gets back to the queue of dead letters.</summary>
public sealed class BatchTests(BrokerFixture fixture)
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Queues => new() { { "classic", true }, { "classic", false }, { "quorum", true }, { "quorum", false } };

    [Theory]
    [MemberData(nameof(Queues))]
    public async Task ReplayAsync_EverythingComesBack_StopsAfterTheFirst(string type, bool hasExchange)
    {
        await using DeadLetterBroker broker = await FilledAsync(type, hasExchange, 100);
        await using IChannel consumer = await ConsumeAsync(broker, hasExchange, returns: static _ => true);

        ReplayReport report = await ReplayAsync(broker);

        report.Stop.ShouldBe(ReplayStop.TooManyReturned, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(1);
        report.Returned.ShouldBe(1);
        report.ReturnWatch.ShouldBe(hasExchange ? ReturnWatch.Copies : ReturnWatch.Growth);
        await Until.TrueAsync(async () => await broker.CountAsync("q_error") == 100);
    }

    [Theory]
    [MemberData(nameof(Queues))]
    public async Task ReplayAsync_NothingComesBack_GrowsToTheEnd(string type, bool hasExchange)
    {
        await using DeadLetterBroker broker = await FilledAsync(type, hasExchange, 100);
        await using IChannel consumer = await ConsumeAsync(broker, hasExchange, returns: static _ => false);

        ReplayReport report = await ReplayAsync(broker);

        report.Stop.ShouldBe(ReplayStop.Completed, report.Problem);
        report.Of(ReplayOutcome.Replayed).ShouldBe(100);
        report.Returned.ShouldBe(0);
    }

    [Fact]
    public async Task ReplayAsync_BrokenAgainAfterSome_StopsInTheThirdBatch()
    {
        await using DeadLetterBroker broker = await FilledAsync("classic", hasExchange: true, 100);
        await using IChannel consumer = await ConsumeAsync(broker, viaExchange: true, returns: static number => number > 6);

        ReplayReport report = await ReplayAsync(broker);

        report.Stop.ShouldBe(ReplayStop.TooManyReturned);
        report.Of(ReplayOutcome.Replayed).ShouldBe(26, "1, 5, and 20");
    }

    [Fact]
    public async Task ReplayAsync_NobodyConsumes_StopsAfterItsPatience()
    {
        await using DeadLetterBroker broker = await FilledAsync("classic", hasExchange: true, 100);

        ReplayReport report = await broker.DeadLetters.Replayer.ReplayAsync(
            new() { Queue = "q_error", Batches = new() { Settle = Settle, ConsumeTimeout = TimeSpan.FromSeconds(1) } }, cancellationToken: Token);

        report.Stop.ShouldBe(ReplayStop.NotConsumed);
        report.Of(ReplayOutcome.Replayed).ShouldBe(1);
    }

    private static Task<ReplayReport> ReplayAsync(DeadLetterBroker broker) =>
        broker.DeadLetters.Replayer.ReplayAsync(new() { Queue = "q_error", Batches = new() { Settle = Settle } }, cancellationToken: Token);

    private async Task<DeadLetterBroker> FilledAsync(string type, bool hasExchange, int messages)
    {
        DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        if (hasExchange)
            await broker.BindAsync("q_error", "q_error");
        await broker.FillAsync("q_error", messages);
        return broker;
    }

    private static async Task<IChannel> ConsumeAsync(DeadLetterBroker broker, bool viaExchange, Func<int, bool> returns)
    {
        IChannel channel = await broker.OpenChannelAsync();
        int consumed = 0;
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (returns(++consumed))
                await channel.BasicPublishAsync(viaExchange ? "q_error" : "", viaExchange ? "" : "q_error", mandatory: false, new BasicProperties(delivery.BasicProperties), delivery.Body);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync("q", autoAck: false, consumer, Token);
        return channel;
    }
}
