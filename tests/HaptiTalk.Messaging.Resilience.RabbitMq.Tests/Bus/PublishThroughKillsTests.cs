using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>The broker is killed and started again while many publish: every message that was reported as sent is there.</summary>
[Collection(OwnBroker.Name)]
public sealed class PublishThroughKillsTests(BrokerFixture broker)
{
    private const int Messages = 10_000;
    private const int Kills = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_BrokerKilledThreeTimes_EveryMessageReportedAsSentIsInTheQueue()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await DeclareAsync(host);
        await using RabbitBus bus = await RabbitBus.StartAsync(host, static (_, _) => { }, OutageCalls.Settings);
        // It keeps every measurement.
        bus.Measured.Dispose();
        var publishers = new Publishers(bus, Messages);
        Task[] moments = [.. Enumerable.Range(1, Kills).Select(kill => publishers.ReachedAsync(Messages * kill / (Kills + 1)))];

        Task publishing = publishers.RunAsync();
        foreach (Task moment in moments)
        {
            await Task.WhenAny(moment, publishing);
            await broker.KillAsync(Token);
            await broker.StartAsync(Token);
        }

        await publishing;
        Dictionary<int, int> kept = await Queue.TakeNumbersAsync(host, "kept");

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{publishers.Returned.Count} sent in {publishers.Tried} tries; {kept.Values.Count(static times => times > 1)} are there more than "
            + $"once, and {kept.Keys.Except(publishers.Returned).Count()} of those that failed are there too.");
        publishers.Returned.Where(number => !kept.ContainsKey(number)).ShouldBeEmpty();
        publishers.Tried.ShouldBeGreaterThan(publishers.Returned.Count, "No publish met a kill.");
    }

    // A bus that has stopped leaves its queue behind, bound and without anybody who consumes.
    private static async Task DeclareAsync(VirtualHost host)
    {
        await using RabbitBus bus = await RabbitBus.StartAsync(host, static (_, rabbit) => rabbit.ReceiveEndpoint(
            "kept", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask)));
    }
}
