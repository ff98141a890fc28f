using System.CommandLine;
using System.Globalization;
using System.Reflection;
using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary><c>error-queue</c>: the same events meet the same outage once per kind of protection.</summary>
internal static class ErrorQueueCommand
{
    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int?> events = Positive("--events", "Events published. [default: 1000]");
        Option<int?> outage = Positive("--outage", "Seconds for which the consumer fails everything. [default: 150]");
        Option<int?> concurrency = Positive("--concurrency", "The endpoint's ConcurrentMessageLimit. [default: MassTransit's]");
        var command = new Command("error-queue", "What an outage leaves in the error queue, by protection.")
        {
            broker,
            events,
            outage,
            concurrency,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker),
            new(parsed.GetValue(events) ?? 1000, TimeSpan.FromSeconds(parsed.GetValue(outage) ?? 150), parsed.GetValue(concurrency)),
            results,
            cancellationToken));
        return command;
    }

    private static Option<int?> Positive(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
                return number;
            result.AddError($"{name} is '{result.Tokens[0].Value}'. It must be a whole number of at least 1.");
            return null;
        },
    };

    private static async Task RunAsync(string? choice, OutageScenario scenario, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync($"{broker.Description}; MassTransit {VersionOf(typeof(IBus))}; .NET {Environment.Version}");
        await Progress.WriteAsync($"{Environment.ProcessorCount} cores; {scenario}");
        var all = new List<VariantResult>();
        foreach (Variant variant in Variant.All)
        {
            await using VirtualHost host = await broker.CreateVirtualHostAsync(cancellationToken);
            await Progress.WriteAsync(variant.Name);
            VariantResult result = await new VariantRun(variant, scenario, host, Progress.WriteAsync).RunAsync(cancellationToken);
            await Progress.WriteAsync(ResultTable.RowOf(result));
            all.Add(result);
        }

        await results.WriteLineAsync(ResultTable.Print(all));
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
