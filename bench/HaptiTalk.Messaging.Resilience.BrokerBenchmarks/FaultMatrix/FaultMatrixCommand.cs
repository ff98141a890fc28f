using System.CommandLine;
using System.Reflection;
using HaptiTalk.Messaging.Resilience.Brokers;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary><c>fault-matrix</c>: what callers see of a broker that is away, in each of the ways it can be.</summary>
internal static class FaultMatrixCommand
{
    private const int TooLate = 1;

    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> outage = new("--outage")
        {
            Description = "Seconds for which the broker is away.",
            DefaultValueFactory = static _ => 10,
        };
        outage.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 600)
                result.AddError("--outage must be 1 to 600.");
        });
        Option<string?> only = new("--only") { Description = "The faults whose name contains this." };
        var command = new Command("fault-matrix", "What callers see of a broker that is away: MassTransit alone, and with the framework.") { broker, outage, only };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), TimeSpan.FromSeconds(parsed.GetValue(outage)), parsed.GetValue(only) ?? "", results, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? choice, TimeSpan outage, string only, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync($"{broker.Description}; MassTransit {VersionOf(typeof(IBus))}; .NET {Environment.Version}; {Environment.ProcessorCount} cores");
        var rows = new List<MatrixRow>();
        foreach (Fault fault in Fault.All.Where(fault => fault.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (Subject subject in Subject.All)
            {
                await Progress.WriteAsync($"{fault.Name}, {subject.Name}");
                MatrixRow row = await new MatrixRun(fault, subject, broker, outage).RunAsync(cancellationToken);
                await Progress.WriteAsync(MatrixTable.RowOf(row));
                rows.Add(row);
            }
        }

        await results.WriteLineAsync(MatrixTable.Print(rows));
        return rows.Exists(static row => row.IsInTime is false) ? TooLate : 0;
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
