using HaptiTalk.Messaging.Resilience.Brokers;

[assembly: AssemblyFixture(typeof(BrokerFixture))]
