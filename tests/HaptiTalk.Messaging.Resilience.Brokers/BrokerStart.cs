namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Starts the first candidate that answers, or says why none did.</summary>
internal static class BrokerStart
{
    // For each node: an image may have to be pulled first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<(IReadOnlyList<IBroker> Nodes, string Version)> FirstAsync(
        IReadOnlyList<BrokerCandidate> candidates, int nodes, CancellationToken cancellationToken)
    {
        List<string> tried = [];
        List<Exception> failures = [];
        foreach (BrokerCandidate candidate in candidates)
        {
            try
            {
                return await StartAsync(candidate.Create(nodes), cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                tried.Add($"- {candidate.Name}: {failure.Message}");
                failures.Add(failure);
            }
        }

        throw new BrokerUnavailableException(
            $"""
            No RabbitMQ to test on. Tried:
            {string.Join(Environment.NewLine, tried)}
            Start a Docker engine that has or can pull {ContainerBroker.DefaultImage} (another image: {ContainerBroker.ImageVariable}),
            install rabbitmq-server, or set {BrokerChoice.Variable} to an amqp:// address. ./eng/test does the second by itself
            where it may.
            """, new AggregateException(failures));
    }

    private static async Task<(IReadOnlyList<IBroker> Nodes, string Version)> StartAsync(IReadOnlyList<IBroker> nodes, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience * nodes.Count);
        try
        {
            // At once: each waits for the others before it decides who begins the cluster.
            await Task.WhenAll(nodes.Select(node => node.StartAsync(patience.Token)));
            string[] versions = await Task.WhenAll(nodes.Select(node => BrokerReadiness.WaitAsync(node, patience.Token)));
            return (nodes, versions[0]);
        }
        catch
        {
            await DisposeAsync(nodes);
            throw;
        }
    }

    /// <summary>Leaves nothing of them behind; the first, which the others need, goes last.</summary>
    public static async ValueTask DisposeAsync(IReadOnlyList<IBroker> nodes)
    {
        foreach (IBroker node in nodes.Reverse())
            await node.DisposeAsync();
    }
}
