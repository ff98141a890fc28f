namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>
/// A real RabbitMQ of three nodes for the tests of one class: <c>IClassFixture&lt;ClusterFixture&gt;</c>. Starting it takes longer
/// than starting one node, so only the tests that take nodes away use it, and leave all of them running.
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

    /// <summary>A virtual host of its own for a test; what it holds goes with it.</summary>
    public Task<VirtualHost> CreateVirtualHostAsync(CancellationToken cancellationToken) =>
        VirtualHost.CreateAsync(_nodes[0].Address, _nodes[0].Management, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BrokerStart.DisposeAsync(_nodes);
}
