using System.CommandLine;
using BenchmarkDotNet.Running;
using HaptiTalk.Messaging.Resilience.Benchmarks;
using HaptiTalk.Messaging.Resilience.Benchmarks.Scale;
using HaptiTalk.Messaging.Resilience.Benchmarks.TimedOut;

var command = new RootCommand("Measures the framework in its own process. Results go to the output, progress to the error output.")
{
    ScaleCommand.Create(),
    TimedOutCommand.Create(),
};
if (args is [var name, ..] && command.Subcommands.Any(subcommand => subcommand.Name == name))
    return await command.Parse(args).InvokeAsync();

BenchmarkSwitcher.FromAssembly(typeof(ExecutorBenchmarks).Assembly).Run(args, new PairedConfig());
return 0;
