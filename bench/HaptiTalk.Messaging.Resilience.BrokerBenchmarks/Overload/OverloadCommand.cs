using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Overload;

/// <summary>
/// <c>overload</c>: a service that can do so much and no more is offered as much, twice, five and ten times as much, by callers
/// that wait so long and no longer.
/// </summary>
internal static class OverloadCommand
{
    private const int Concurrency = 10;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly int[] Factors = [1, 2, 5, 10];

    // The calling service stands for many: what they call together is not bounded by the bulkhead of one.
    private static readonly LoadSettings Settings = new(Deadline, Concurrency, Prefetch: 64);

    public static Command Create()
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> rounds = new("--rounds") { Description = "Rounds through all variants.", DefaultValueFactory = static _ => 3 };
        Option<int> seconds = new("--seconds") { Description = "Length of the overload, in seconds.", DefaultValueFactory = static _ => 10 };
        Option<string> output = BenchmarkBroker.ResultsOption();
        var command = new Command("overload", "What a service gets done that is offered more than it can do, by protection.") { broker, rounds, seconds, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static IReadOnlyList<Protection> All() =>
    [
        new("MassTransit alone"),
        new MassTransitProtection(),
        new FrameworkProtection("the framework", caller: [("Bulkhead:MaxConcurrentCalls", "100000")]),
        new FrameworkProtection("the framework, one caller's bulkhead"),
    ];

    private static async Task RunAsync(string? choice, int rounds, TimeSpan length, string output, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        double capacity = Concurrency / Work.TotalSeconds;
        await Progress.WriteAsync(string.Create(CultureInfo.InvariantCulture,
            $"{broker.Description}; {Environment.ProcessorCount} cores; capacity {capacity:0}/s, deadline {Deadline.TotalSeconds:0.#} s"));
        var measured = new List<Measurement>();
        for (int round = 0; round < rounds; round++)
        {
            foreach (int factor in Factors)
            {
                foreach (Protection protection in All())
                {
                    Measurement measurement = await new OverloadRun(broker, protection, Settings, Work, capacity, factor).RunAsync(round, length, cancellationToken);
                    measured.Add(measurement);
                    await Progress.WriteAsync(string.Create(CultureInfo.InvariantCulture,
                        $"{round} {measurement.Scenario} {protection.Name}: {string.Join(", ", measurement.Values.Select(static value => $"{value.Key} {value.Value:0.##}"))}"));
                }
            }
        }

        await ResultFile.Of(
            "overload",
            broker.Description,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["rounds"] = rounds.ToString(CultureInfo.InvariantCulture),
                ["seconds"] = length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                ["capacity"] = capacity.ToString("0", CultureInfo.InvariantCulture),
                ["deadline"] = Deadline.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
            measured).WriteAsync(output, cancellationToken);
    }
}
