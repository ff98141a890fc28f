using HaptiTalk.Messaging.Resilience.Brokers;

[assembly: AssemblyFixture(typeof(BrokerFixture))]
// The story measures how fast calls are answered: nothing else may run beside it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
