using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// <c>soak</c>: three services under a steady load, while all that can happen to them does, at random times; judged at the end.
/// </summary>
internal static class SoakCommand
{
    private const int BoundPassed = 1;

    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> minutes = Number("--minutes", "How long faults come, in minutes. Before and after them it takes three more.", 15, 120);
        Option<int> pause = Number("--pause", "Seconds between two faults, on average.", 10, 600);
        Option<int> seed = new("--seed")
        {
            Description = "The same faults in the same order for the same seed.",
            DefaultValueFactory = static _ => 1,
        };
        Option<string> name = new("--name") { Description = "The result's name.", DefaultValueFactory = static _ => "soak" };
        Option<string> output = BenchmarkBroker.ResultsOption();
        var command = new Command("soak", "Three services under load and under faults: what is lost, late, unobserved or left behind.")
        {
            broker, minutes, pause, seed, name, output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker),
            new(TimeSpan.FromMinutes(parsed.GetValue(minutes)), TimeSpan.FromSeconds(parsed.GetValue(pause)), parsed.GetValue(seed)),
            parsed.GetValue(name)!,
            parsed.GetValue(output)!,
            results,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string? choice, SoakSettings settings, string name, string output, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync(broker.Description);
        SoakResult result = await new SoakRun(broker, settings).RunAsync(cancellationToken);
        await ResultFile.Of(
            name,
            broker.Description,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["minutes"] = settings.Length.TotalMinutes.ToString(CultureInfo.InvariantCulture),
                ["pause"] = settings.Pause.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
                ["perSecond"] = SoakSettings.PerSecond.ToString(CultureInfo.InvariantCulture),
                ["total"] = SoakSettings.Total.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                ["faults"] = result.Faults,
            },
            [result.Measured]).WriteAsync(output, cancellationToken);
        foreach (string line in result.Lines)
            await results.WriteLineAsync(line);
        return result.Broken.Count == 0 ? 0 : BoundPassed;
    }

    private static Option<int> Number(string name, string description, int value, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < 1 || given > most))
                result.AddError($"{name} must be 1 to {most}.");
        });
        return option;
    }
}
