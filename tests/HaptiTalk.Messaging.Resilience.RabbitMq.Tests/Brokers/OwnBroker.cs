using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Brokers;

/// <summary>Tests that take their broker away and look at messages, not at the clock: on a broker of their own they need not run alone.</summary>
[CollectionDefinition(Name)]
public sealed class OwnBroker : ICollectionFixture<BrokerFixture>
{
    public const string Name = "Broker of its own";
}
