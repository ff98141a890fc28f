using HaptiTalk.Messaging.Resilience.Brokers;

[assembly: AssemblyFixture(typeof(BrokerFixture))]
// They mostly wait for a broker. What looks at the clock is in a collection that runs alone.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
