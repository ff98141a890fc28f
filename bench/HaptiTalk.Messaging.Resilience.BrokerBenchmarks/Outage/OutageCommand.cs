using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Outage;

/// <summary><c>outage</c>: what a service depends on hangs for a minute under a steady load, and comes back.</summary>
internal static class OutageCommand
{
    private static readonly LoadSettings Settings = new(TimeSpan.FromSeconds(5), Concurrency: 20, Prefetch: 64);

    public static Command Create()
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> rounds = new("--rounds") { Description = "Rounds through all variants.", DefaultValueFactory = static _ => 1 };
        Option<int> seconds = new("--seconds") { Description = "Length of the outage, in seconds.", DefaultValueFactory = static _ => 60 };
        Option<string> output = BenchmarkBroker.ResultsOption();
        var command = new Command("outage", "What callers and a hanging dependency go through, by protection.") { broker, rounds, seconds, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static async Task RunAsync(string? choice, int rounds, TimeSpan length, string output, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync($"{broker.Description}; {Environment.ProcessorCount} cores; {OutageRun.PerSecond}/s, deadline {Settings.Deadline.TotalSeconds} s");
        var measured = new List<Measurement>();
        for (int round = 0; round < rounds; round++)
        {
            foreach (Protection protection in (Protection[])[new("MassTransit alone"), new MassTransitProtection(), new PollyProtection(Settings), new FrameworkProtection("the framework")])
            {
                Measurement measurement = await new OutageRun(broker, protection, Settings).RunAsync(round, length, cancellationToken);
                measured.Add(measurement);
                await Progress.WriteAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{round} {protection.Name}: {string.Join(", ", measurement.Values.Select(static value => $"{value.Key} {value.Value:0.##}"))}"));
            }
        }

        await ResultFile.Of(
            "outage",
            broker.Description,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["rounds"] = rounds.ToString(CultureInfo.InvariantCulture),
                ["seconds"] = length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                ["perSecond"] = OutageRun.PerSecond.ToString(CultureInfo.InvariantCulture),
                ["deadline"] = Settings.Deadline.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
            measured).WriteAsync(output, cancellationToken);
    }
}
