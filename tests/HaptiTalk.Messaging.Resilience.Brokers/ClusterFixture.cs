namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// A real RabbitMQ of three nodes. Starting it takes longer than starting one node, so the tests that need it share one, and leave
/// all of its nodes running.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private const int Count = 3;

    private IReadOnlyList<IBroker> _nodes = [];

    /// <summary>The nodes, of which each knows every queue.</summary>
    public IReadOnlyList<ClusterNode> Nodes { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        IReadOnlyList<BrokerCandidate> candidates = BrokerChoice.From(Environment.GetEnvironmentVariable(BrokerChoice.Variable));
        (_nodes, string version) = await BrokerStart.FirstAsync(candidates, Count, TestContext.Current.CancellationToken);
        Nodes = [.. _nodes.Select(static node => new ClusterNode(node))];
        TestContext.Current.SendDiagnosticMessage($"RabbitMQ {version}, {Count} nodes, each a {_nodes[0].Description}");
    }

    /// <summary>Ends when all nodes run, each with all virtual hosts, and none is the last that a queue can do with.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => ClusterReadiness.WaitAsync(_nodes, cancellationToken);

    /// <summary>A virtual host of its own for a test, on nodes that have settled; what it holds goes with it.</summary>
    public async Task<VirtualHost> CreateVirtualHostAsync(CancellationToken cancellationToken)
    {
        await SettleAsync(cancellationToken);
        return await VirtualHost.CreateAsync(_nodes[0].Address, _nodes[0].Management, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BrokerStart.DisposeAsync(_nodes);
}
