using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;

/// <summary><c>replay</c>: the same messages go from one queue to another, by a replay and by the broker's own shovel.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> messages = new("--messages") { Description = "Messages of 1 KiB.", DefaultValueFactory = _ => 100_000 };
        Option<int> rounds = new("--rounds") { Description = "Runs of each; the median counts.", DefaultValueFactory = _ => 5 };
        Option<string[]> types = new("--types")
        {
            Description = "Kinds of queue.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["classic", "quorum"],
        };
        Option<int> window = new("--window") { Description = "ReplayRequest.Window.", DefaultValueFactory = _ => new ReplayRequest { Queue = "" }.Window };
        Option<string> name = new("--name") { Description = "What the result is called.", DefaultValueFactory = static _ => "replay" };
        Option<string> output = BenchmarkBroker.ResultsOption();
        var command = new Command("replay", "Messages per second from one queue to another: a replay beside a shovel.") { broker, messages, rounds, types, window, name, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), parsed.GetValue(messages), parsed.GetValue(rounds), parsed.GetValue(types)!, parsed.GetValue(window), parsed.GetValue(name)!, parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        string? choice, int messages, int rounds, string[] types, int window, string name, string output, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync($"{broker.Description}; {Environment.ProcessorCount} cores; .NET {Environment.Version}");
        // Compiled and connected before it counts.
        await MeasureAsync(broker, "classic", messages / 10, Mover.Replay(window), cancellationToken);
        var measured = new List<Measurement>();
        foreach (string type in types)
        {
            for (int round = 0; round < rounds; round++)
            {
                foreach ((string variant, Func<MoveTask, CancellationToken, Task> move) in new[] { ("the broker's shovel", Mover.Shovel), ("replay", Mover.Replay(window)) })
                {
                    MoveResult result = await MeasureAsync(broker, type, messages, move, cancellationToken);
                    await Progress.WriteAsync($"{type} {variant} {result}");
                    measured.Add(new(type, variant, round, new Dictionary<string, double>(StringComparer.Ordinal)
                    {
                        ["perSecond"] = result.PerSecond,
                        ["cpuSecondsPer100000"] = result.CpuPer100k,
                        ["heap"] = result.Heap,
                    }));
                }
            }
        }

        await ResultFile.Of(
            name,
            broker.Description,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["messages"] = messages.ToString(CultureInfo.InvariantCulture),
                ["rounds"] = rounds.ToString(CultureInfo.InvariantCulture),
                ["window"] = window.ToString(CultureInfo.InvariantCulture),
            },
            measured).WriteAsync(output, cancellationToken);
    }

    private static async Task<MoveResult> MeasureAsync(BrokerFixture broker, string type, int messages, Func<MoveTask, CancellationToken, Task> move, CancellationToken cancellationToken)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using MoveTask task = await MoveTask.PrepareAsync(host, broker.Management, type, messages, cancellationToken);
        return await task.MeasureAsync(move, cancellationToken);
    }
}
