using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>
/// <c>chains</c>: what a system of services does, each instance a process of its own, where a chain, a bad instance or poison is in it.
/// </summary>
internal static class ChainsCommand
{
    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<string> name = new("--name")
        {
            Description = $"What the run is called: '{ChainsTable.Before}' and '{ChainsTable.After}' are the columns of the page.",
            DefaultValueFactory = static _ => ChainsTable.After,
        };
        Option<string?> only = new("--only")
        {
            Description = "Only scenarios with this in their name. Prints what they show, and writes nothing.",
            HelpName = "text",
        };
        Option<string> output = BenchmarkBroker.ResultsOption();
        Option<string> page = new("--page")
        {
            Description = "The page that shows the results.",
            DefaultValueFactory = static _ => RenderCommand.ChainsPage,
        };
        var command = new Command("chains", "Chains of services, bad instances and poison, each service a process of its own; then renders the page.")
        {
            broker, name, only, output, page,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ResultFile measured = await MeasureAsync(parsed.GetValue(broker), parsed.GetValue(name)!, parsed.GetValue(only), results, cancellationToken);
            if (parsed.GetValue(only) is not null)
                return;
            await measured.WriteAsync(parsed.GetValue(output)!, cancellationToken);
            await RenderCommand.RenderFileAsync(parsed.GetValue(output)!, parsed.GetValue(page)!, cancellationToken);
        });
        return command;
    }

    private static async Task<ResultFile> MeasureAsync(
        string? choice, string name, string? only, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync(broker.Description);
        Scenario[] scenarios = [.. Scenario.All.Where(scenario => only is null || scenario.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        var measured = new List<Measurement>();
        var loads = new List<double>();
        foreach (Scenario scenario in scenarios)
        {
            await Progress.WriteAsync($"{Array.IndexOf(scenarios, scenario) + 1} of {scenarios.Length}: {scenario.Name}");
            loads.Add(MachineLoad());
            try
            {
                Dictionary<string, double> values = await scenario.RunAsync(broker, cancellationToken);
                measured.Add(new(scenario.Name, name, Round: 0, values));
                await results.WriteLineAsync($"{scenario.Name}: {ChainsTable.Show(scenario, values)}");
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                // The others are worth measuring all the same; the page shows that this one was not.
                await Progress.WriteAsync($"not measured: {failure}");
            }
        }

        return ResultFile.Of(
            $"{ChainsTable.Prefix}{name}",
            broker.Description,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["scenarios"] = scenarios.Length.ToString(CultureInfo.InvariantCulture),
                ["load of the machine"] = loads.DefaultIfEmpty(double.NaN).Average().ToString("0.0", CultureInfo.InvariantCulture),
            },
            measured);
    }

    // Processes that ran or waited for a processor in the last minute: where they are many more than processors, figures are worse for it.
    private static double MachineLoad() =>
        OperatingSystem.IsLinux() ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;
}
