namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

/// <summary>Tests that take the shared broker away, so nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("RunsAlone", "true")]
public sealed class SharedBrokerOutage
{
    public const string Name = "Broker outage";
}
