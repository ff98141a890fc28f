using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.DeadLetters;

/// <summary><c>replay</c>: the same messages go from one queue to another, by a replay and by the broker's own shovel.</summary>
internal static class ReplayCommand
{
    public static Command Create(TextWriter results)
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
        Option<bool> onlyOurs = new("--only-replay") { Description = "Leave the shovel out." };
        var command = new Command("replay", "Messages per second from one queue to another: a replay beside a shovel.") { broker, messages, rounds, types, window, onlyOurs };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), parsed.GetValue(messages), parsed.GetValue(rounds), parsed.GetValue(types)!, parsed.GetValue(window), parsed.GetValue(onlyOurs), results, cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        string? choice, int messages, int rounds, string[] types, int window, bool onlyOurs, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress($"{broker.Description}; {Environment.ProcessorCount} cores; .NET {Environment.Version}");
        await results.WriteLineAsync(
            """
            | Queue | Replay, messages/s | Shovel, messages/s | Ratio | Replay's CPU per 100,000 | Replay's heap at most |
            |---|---:|---:|---:|---:|---:|
            """);
        foreach (string type in types)
        {
            List<MoveResult> ours = [];
            List<MoveResult> shovel = [];
            for (int round = 0; round < rounds; round++)
            {
                ours.Add(await MeasureAsync(broker, type, messages, Mover.Replay(window), cancellationToken));
                await Progress($"{type} replay {ours[^1]}");
                if (onlyOurs)
                    continue;
                shovel.Add(await MeasureAsync(broker, type, messages, Mover.Shovel, cancellationToken));
                await Progress($"{type} shovel {shovel[^1]}");
            }

            double oursMedian = Median(ours.Select(result => result.PerSecond));
            double shovelMedian = shovel.Count == 0 ? double.NaN : Median(shovel.Select(result => result.PerSecond));
            await results.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {type} | {oursMedian:N0} | {shovelMedian:N0} | {oursMedian / shovelMedian:0.00} | {Median(ours.Select(result => result.CpuPer100k)):0.0} s | {ours.Max(result => result.Heap) / 1e6:0} MB |"));
        }
    }

    private static async Task<MoveResult> MeasureAsync(BrokerFixture broker, string type, int messages, Func<MoveTask, CancellationToken, Task> move, CancellationToken cancellationToken)
    {
        await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
        await using MoveTask task = await MoveTask.PrepareAsync(host, broker.Management, type, messages, cancellationToken);
        return await task.MeasureAsync(move, cancellationToken);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static Task Progress(string line) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}"));
}
