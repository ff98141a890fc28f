using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>Nodes of a real cluster go and come back under requests and publishes.</summary>
[Collection(Cluster.Name)]
public sealed class ClusterTests(ClusterFixture cluster)
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
        await using RabbitBus bus = await StartAsync(host, isConnectedToIt ? [leader, .. others] : [.. others, leader], static rabbit => rabbit.SetQuorumQueue(3));
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

    /// <summary>
    /// MassTransit's own queue for replies lives on one node. RabbitMQ 3.10 forgets it with the node; 4.3 keeps it locked until the
    /// node is back, and says so.
    /// </summary>
    [Fact]
    public async Task Calls_NodeOfTheQueueForRepliesKilled_EndInTimePublishesGoOnAndRequestsDoOrTheLogSaysWhyNot()
    {
        var locked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var log = new InterruptedLog
        {
            OnLine = line =>
            {
                if (line.Contains("rabbit.SetQuorumQueue()", StringComparison.Ordinal))
                    locked.TrySetResult();
            },
        };
        await using VirtualHost host = await cluster.CreateVirtualHostAsync(Token);
        ClusterNode leader = await DeclareAsync(host);
        await using RabbitBus bus = await StartAsync(host, [leader, .. cluster.Nodes.Where(node => node != leader)], log: log);
        Traffic traffic = await BeginAsync(bus);

        await leader.KillAsync(Token);
        try
        {
            await traffic.MorePublishesAsync(Some).WaitAsync(Patience, Token);
            Task told = await Task.WhenAny(traffic.MoreAnswersAsync(Some), locked.Task).WaitAsync(Patience, Token);
            TestContext.Current.TestOutputHelper?.WriteLine(told == locked.Task ? "the queue for replies is locked" : "requests are answered again");
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
            await cluster.SettleAsync(Token);
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
        await cluster.SettleAsync(Token);
        await ExpectSuccessAsync(traffic, "all nodes were there");
        await traffic.StopAsync();
        Dictionary<int, int> kept = await Queue.TakeNumbersAsync(host, "kept");

        int lost = _events.All.OfType<BrokerLost>().Count();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{traffic.Returned.Count} publishes confirmed, the longest overtime {traffic.Overtime.TotalMilliseconds:0} ms, the broker lost {lost} times");
        traffic.Returned.Where(number => !kept.ContainsKey(number)).ShouldBeEmpty();
        // Measured to the millisecond where nothing else runs; here brokers start beside it, and nobody waits twice as long.
        traffic.Overtime.ShouldBeLessThan(OutageCalls.Total);
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

    private Task<RabbitBus> StartAsync(
        VirtualHost host, IReadOnlyList<ClusterNode> order, Action<IRabbitMqBusFactoryConfigurator>? configure = null, ILoggerProvider? log = null) => RabbitBus.StartAsync(
        host.Address,
        (_, rabbit) =>
        {
            rabbit.Host(host.Address, connection => connection.UseCluster(nodes =>
            {
                foreach (Uri node in order.Select(static node => node.Address))
                    nodes.Node(string.Create(CultureInfo.InvariantCulture, $"{node.Host}:{node.Port}"));
            }));
            configure?.Invoke(rabbit);
            rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.SetQuorumQueue(3);
                endpoint.Handler<Ask>(Callee.Answers);
            });
        },
        OutageCalls.Settings,
        resilience: resilience =>
        {
            resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync);
            if (log is not null)
                resilience.Services.AddLogging(logging => logging.AddProvider(log));
        });
}
