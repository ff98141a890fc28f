namespace HaptiTalk.Messaging.Resilience.Brokers;

/// <summary>One node of a cluster.</summary>
public sealed class ClusterNode
{
    private readonly IBroker _broker;

    internal ClusterNode(IBroker broker) => _broker = broker;

    /// <summary>Its name, as the cluster knows it.</summary>
    public string Name => _broker.NodeName;

    /// <summary>Where AMQP answers, with credentials. It stays the same over a restart.</summary>
    public Uri Address => _broker.Address;

    /// <summary>Where the management API answers, with credentials.</summary>
    public Uri Management => _broker.Management;

    /// <summary>Ends it as a power cut would. Returns when it is gone.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => _broker.KillAsync(cancellationToken);

    /// <summary>Ends it as an operator would. Returns when it is gone.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _broker.StopAsync(cancellationToken);

    /// <summary>Starts it again, on the same address and data. Returns when AMQP answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _broker.StartAsync(cancellationToken);
        await BrokerReadiness.WaitAsync(_broker, cancellationToken);
    }
}
