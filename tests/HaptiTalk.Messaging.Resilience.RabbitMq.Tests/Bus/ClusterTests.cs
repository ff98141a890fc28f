using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Nodes of a real cluster go and come back under requests and publishes.</summary>
public sealed class ClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Some = 40;

    // A quorum queue elects its next leader, an endpoint comes back, on a machine that has much else to do.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RecordedEvents<ResilienceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_LeaderOfTheQueuesKilled_EndInTimeGoOnWithoutItAndNothingConfirmedIsLost(bool isConnectedToIt)
    {
        await using VirtualHost host = await cluster.CreateVirtualHostAsync(Token);
        ClusterNode leader = await DeclareAsync(host);
        ClusterNode[] others = [.. cluster.Nodes.Where(node => node != leader)];
        await using RabbitBus bus = await StartAsync(host, isConnectedToIt ? [leader, .. others] : [.. others, leader]);
        Traffic traffic = await BeginAsync(bus);

        await leader.KillAsync(Token);
        try
        {
            await ExpectSuccessAsync(traffic, "the leader was killed");
        }
        finally
        {
            await leader.StartAsync(Token);
        }

        await EndAsync(traffic, host);
    }

    [Fact]
    public async Task Calls_EveryNodeRestartedInTurn_EndInTimeAndNothingConfirmedIsLost()
    {
        await using VirtualHost host = await cluster.CreateVirtualHostAsync(Token);
        await DeclareAsync(host);
        await using RabbitBus bus = await StartAsync(host, cluster.Nodes);
        Traffic traffic = await BeginAsync(bus);

        foreach (ClusterNode node in cluster.Nodes)
        {
            await node.StopAsync(Token);
            await node.StartAsync(Token);
            await ExpectSuccessAsync(traffic, $"{node.Name} was restarted");
        }

        await EndAsync(traffic, host);
    }

    private static async Task<Traffic> BeginAsync(RabbitBus bus)
    {
        Traffic traffic = Traffic.Start(bus, OutageCalls.Total);
        await traffic.MoreAsync(Some).WaitAsync(Patience, Token);
        return traffic;
    }

    private static async Task ExpectSuccessAsync(Traffic traffic, string after)
    {
        long start = Stopwatch.GetTimestamp();
        await traffic.MoreAsync(Some).WaitAsync(Patience, Token);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Some} good calls of each kind {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms after {after}");
    }

    private async Task EndAsync(Traffic traffic, VirtualHost host)
    {
        await ExpectSuccessAsync(traffic, "all nodes were there");
        await traffic.StopAsync();
        Dictionary<int, int> kept = await Queue.TakeNumbersAsync(host, "kept");

        int lost = _events.All.OfType<BrokerLost>().Count();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{traffic.Returned.Count} publishes confirmed, the longest overtime {traffic.Overtime.TotalMilliseconds:0} ms, the broker lost {lost} times");
        traffic.Returned.Where(number => !kept.ContainsKey(number)).ShouldBeEmpty();
        traffic.Overtime.ShouldBeLessThan(Bound.Tolerance);
        while (_events.All.OfType<BrokerBack>().Count() < lost)
            await _events.NextAsync<BrokerBack>().WaitAsync(Patience, Token);
    }

    // A bus that has stopped leaves its queue behind, bound and without anybody who consumes. Returns who leads it.
    private async Task<ClusterNode> DeclareAsync(VirtualHost host)
    {
        await using (await RabbitBus.StartAsync(host.Address, static (_, rabbit) => rabbit.ReceiveEndpoint("kept", static endpoint =>
        {
            endpoint.SetQuorumQueue(3);
            endpoint.Handler<Happened>(static _ => Task.CompletedTask);
        })))
        {
        }

        string leader = await host.NodeOfAsync("kept", Token);
        return cluster.Nodes.Single(node => string.Equals(node.Name, leader, StringComparison.Ordinal));
    }

    private Task<RabbitBus> StartAsync(VirtualHost host, IReadOnlyList<ClusterNode> order) => RabbitBus.StartAsync(
        host.Address,
        (_, rabbit) =>
        {
            rabbit.Host(host.Address, connection => connection.UseCluster(nodes =>
            {
                foreach (Uri node in order.Select(static node => node.Address))
                    nodes.Node(string.Create(CultureInfo.InvariantCulture, $"{node.Host}:{node.Port}"));
            }));
            rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.SetQuorumQueue(3);
                endpoint.Handler<Ask>(Callee.Answers);
            });
        },
        OutageCalls.Settings,
        resilience: resilience => resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync));
}
