using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A bus that is given two nodes, one of which is not there. Both are the shared broker, each by a network of its own.</summary>
[Collection(Timed.Name)]
public sealed class ClusterNodesTests(BrokerFixture broker)
{
    // What connecting takes beyond MassTransit alone, on a machine that has much else to do.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly RecordedEvents<ResilienceEvent> _events = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Start_OneNodeDown_ConnectsToTheOther(int down)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using var nodes = new TwoNodes(host);
        await nodes.Links[down].CutAsync();
        TimeSpan bare = await StartBareAsync(nodes);
        long start = Stopwatch.GetTimestamp();

        await using RabbitBus bus = await StartAsync(nodes).WaitAsync(bare + Tolerance, Token);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms, MassTransit alone {bare.TotalMilliseconds:0} ms");
        await new OutageCalls(bus).SucceedAsync().WaitAsync(Tolerance, Token);
        _events.All.OfType<BrokerLost>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Calls_OneNodeLostAndThenTheOther_SucceedThroughTheOneThatIsThere(int first, int second)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using var nodes = new TwoNodes(host);
        await using RabbitBus bus = await StartAsync(nodes);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        foreach (int lost in (int[])[first, second])
        {
            long start = Stopwatch.GetTimestamp();
            await nodes.Links[lost].CutAsync();
            await calls.EndInTimeAsync();

            // What MassTransit alone may take.
            await calls.SucceedAsync().WaitAsync(TimeSpan.FromSeconds(8) + Tolerance, Token);
            TestContext.Current.TestOutputHelper?.WriteLine($"good calls {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms after node {lost} was lost");
            await nodes.Links[lost].HealAsync();
        }
    }

    [Fact]
    public async Task Calls_BothNodesLost_AreRefusedAndSucceedWhenOneIsBack()
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(Token);
        await using var nodes = new TwoNodes(host);
        await using RabbitBus bus = await StartAsync(nodes);
        var calls = new OutageCalls(bus);
        await calls.SucceedAsync();

        foreach (NetworkLink link in nodes.Links)
            await link.CutAsync();
        await _events.NextAsync<BrokerLost>();
        await Should.ThrowAsync<BrokerUnavailableRejectedException>(calls.AskAsync);
        await nodes.Links[1].HealAsync();

        await calls.SucceedAsync().WaitAsync(Tolerance, Token);
    }

    private static async Task<TimeSpan> StartBareAsync(TwoNodes nodes)
    {
        await using ServiceProvider provider = new ServiceCollection().AddLogging().AddMassTransit(bus => bus.UsingRabbitMq((_, rabbit) =>
        {
            nodes.Configure(rabbit);
            rabbit.ReceiveEndpoint("bare", static endpoint => endpoint.Handler<Happened>(static _ => Task.CompletedTask));
        })).BuildServiceProvider();
        IBusControl bare = provider.GetRequiredService<IBusControl>();
        long start = Stopwatch.GetTimestamp();
        await bare.StartAsync(Token);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        await bare.StopAsync(Token);
        return took;
    }

    private Task<RabbitBus> StartAsync(TwoNodes nodes) => RabbitBus.StartAsync(
        nodes.Links[0].Address,
        (_, rabbit) =>
        {
            nodes.Configure(rabbit);
            rabbit.ReceiveEndpoint("outage", static endpoint =>
            {
                endpoint.Handler<Ask>(Callee.Answers);
                endpoint.Handler<Happened>(static _ => Task.CompletedTask);
            });
        },
        OutageCalls.Settings,
        resilience: resilience => resilience.OnEvent<ResilienceEvent>(_events.OnEventAsync));

    private sealed class TwoNodes(VirtualHost host) : IAsyncDisposable
    {
        public NetworkLink[] Links { get; } = [NetworkLink.To(host.Address), NetworkLink.To(host.Address)];

        public void Configure(IRabbitMqBusFactoryConfigurator rabbit) => rabbit.Host(host.Address, connection => connection.UseCluster(cluster =>
        {
            foreach (Uri link in Links.Select(static link => link.Address))
                cluster.Node(string.Create(CultureInfo.InvariantCulture, $"{link.Host}:{link.Port}"));
        }));

        public async ValueTask DisposeAsync()
        {
            foreach (NetworkLink link in Links)
                await link.DisposeAsync();
        }
    }
}
