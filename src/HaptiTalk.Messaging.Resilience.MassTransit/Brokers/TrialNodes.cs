using System.Collections.Concurrent;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The nodes of a cluster, for the trial and for MassTransit's own connect after it. The host's resolver names the next node to
/// whoever asks: of two who ask in turn, and of two nodes, one would be given the dead node each time. So the trial asks, and
/// MassTransit is given the node that let the trial in.
/// </summary>
internal sealed class TrialNodes(IRabbitMqEndpointResolver inner) : IRabbitMqEndpointResolver
{
    private readonly ConcurrentQueue<AmqpTcpEndpoint> _left = new();
    private volatile AmqpTcpEndpoint? _current;

    public ClusterNode LastHost => inner.LastHost;

    /// <summary>The node that was tried last.</summary>
    public IEnumerable<AmqpTcpEndpoint> All() => [_current ?? Next()];

    /// <summary>Goes on to the node that is tried next.</summary>
    public AmqpTcpEndpoint Next()
    {
        if (_left.TryDequeue(out AmqpTcpEndpoint? node))
            return _current = node;

        // MassTransit's names one a time, another may name all.
        foreach (AmqpTcpEndpoint named in inner.All())
            _left.Enqueue(named);
        return _current = _left.TryDequeue(out node) ? node : throw new InvalidOperationException("The host's endpoint resolver names no node.");
    }
}
