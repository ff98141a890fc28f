namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>Starts the first candidate that answers, or says why none did.</summary>
internal static class BrokerStart
{
    // An image may have to be pulled first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<(IBroker Broker, string Version)> FirstAsync(
        IReadOnlyList<BrokerCandidate> candidates, CancellationToken cancellationToken)
    {
        List<string> tried = [];
        List<Exception> failures = [];
        foreach (BrokerCandidate candidate in candidates)
        {
            try
            {
                return await StartAsync(candidate.Create(), cancellationToken);
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

    private static async Task<(IBroker Broker, string Version)> StartAsync(IBroker broker, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await broker.StartAsync(patience.Token);
            return (broker, await BrokerReadiness.WaitAsync(broker, patience.Token));
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }
}
