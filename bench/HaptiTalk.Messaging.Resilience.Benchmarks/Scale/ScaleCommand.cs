using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.Scale;

/// <summary><c>scale</c>: what many services and operations cost, beside one of each.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        Option<int> services = Bounded("--services", "Services, each with a profile of its own.", 100, most: 1000);
        Option<int> operations = Bounded("--operations", "Operations of each service; beyond 100 the framework counts the rest together.", 50, most: 1000);
        Option<int> executions = Bounded("--executions", "Executions between the two looks at the heap.", 1_000_000, most: 1_000_000_000);
        Option<FileInfo?> json = new("--json") { Description = "A file for every figure, with the machine, the versions and the commit.", HelpName = "FILE" };
        var command = new Command("scale", "What many services and operations cost in start-up, memory, time per call and a scrape.") { services, operations, executions, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new(parsed.GetValue(services), parsed.GetValue(operations)), parsed.GetValue(executions), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ScaleSize size, int executions, FileInfo? json, CancellationToken cancellationToken)
    {
        await Progress($"start-up of {size}");
        StartUpFigures startUp = await StartUp.MeasureAsync(size);
        await Progress($"memory and time per call");
        RegistryFigures registry = await Registry.MeasureAsync(size);
        await Progress($"a scrape");
        ScrapeFigures scrape = await Scrape.MeasureAsync(size, cancellationToken);
        await Progress($"{executions:#,0} executions");
        GrowthFigures growth = await Growth.MeasureAsync(size, executions);
        var report = new ScaleReport(Machine.This(), size, startUp, registry, scrape, growth);
        await Console.Out.WriteLineAsync(ScaleTable.Print(report));
        if (json is not null)
            await File.WriteAllTextAsync(json.FullName, JsonSerializer.Serialize(report, ScaleJson.Default.ScaleReport) + "\n", cancellationToken);
        return 0;
    }

    private static Option<int> Bounded(string name, string description, int usual, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < 1 || value > most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be 1 to {most:#,0}, and is {value:#,0}."));
        });
        return option;
    }

    private static Task Progress(FormattableString line) => Console.Error.WriteLineAsync(
        string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line.ToString(CultureInfo.InvariantCulture)}"));
}
