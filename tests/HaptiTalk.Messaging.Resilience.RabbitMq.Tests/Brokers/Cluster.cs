using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

/// <summary>The tests that share the cluster, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Cluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "Cluster";
}
