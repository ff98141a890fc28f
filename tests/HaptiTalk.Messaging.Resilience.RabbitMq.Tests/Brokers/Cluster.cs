using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

/// <summary>The tests that share the cluster, one after the other. Three nodes are enough for a machine: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Cluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "Cluster";
}
