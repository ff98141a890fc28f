using HaptiTalk.Messaging.Resilience.Brokers;

// OpenTelemetry collects a meter by its name, whichever host in the process it belongs to: one host at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(BrokerFixture))]
