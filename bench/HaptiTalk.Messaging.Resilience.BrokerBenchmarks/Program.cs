using System.CommandLine;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Kills;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Outage;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Overload;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.RoundTrip;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

// What starts a container writes to the output too: that belongs with the progress, so that the output is the result alone.
TextWriter results = Console.Out;
Console.SetOut(Console.Error);

var command = new RootCommand("Measures the framework on a real RabbitMQ. Results go to the output, progress to the error output.")
{
    ErrorQueueCommand.Create(results),
    FaultMatrixCommand.Create(results),
    KillsCommand.Create(results),
    ReplayCommand.Create(),
    ListCommand.Create(results),
    RoundTripCommand.Create(),
    AllocationsCommand.Create(results),
    OverloadCommand.Create(),
    OutageCommand.Create(),
    SoakCommand.Create(results),
    ChainsCommand.Create(results),
    InstanceCommand.Create(results),
    RenderCommand.Create(),
};
return await command.Parse(args).InvokeAsync();
