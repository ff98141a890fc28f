using System.CommandLine;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.Brokers;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.RoundTrip;

/// <summary><c>allocations</c>: of which types the bytes of a request are, bare and with the framework, the largest difference first.</summary>
internal static class AllocationsCommand
{
    private const int Callers = 32;
    private const int Shown = 60;
    private static readonly LoadSettings Settings = new(TimeSpan.FromSeconds(5), Concurrency: 64, Prefetch: 64);

    public static Command Create(TextWriter results)
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> seconds = new("--seconds") { Description = "How long each is looked at.", DefaultValueFactory = static _ => 15 };
        var command = new Command("allocations", "Of which types the bytes of a request are.") { broker, seconds };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(broker), TimeSpan.FromSeconds(parsed.GetValue(seconds)), results, cancellationToken));
        return command;
    }

    private static async Task RunAsync(string? choice, TimeSpan length, TextWriter results, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        using MeterProvider metrics = Watching.Begin();
        Dictionary<string, double> bare = await ProfileAsync(broker, new("MassTransit alone"), length, cancellationToken);
        Dictionary<string, double> ours = await ProfileAsync(broker, new FrameworkProtection("the framework"), length, cancellationToken);
        await results.WriteLineAsync("bytes per call: bare, framework, difference, type");
        foreach ((string type, double difference) in bare.Keys.Union(ours.Keys, StringComparer.Ordinal)
            .Select(type => (type, ours.GetValueOrDefault(type) - bare.GetValueOrDefault(type)))
            .OrderByDescending(static row => Math.Abs(row.Item2)).Take(Shown))
        {
            await results.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{bare.GetValueOrDefault(type),8:N0} {ours.GetValueOrDefault(type),8:N0} {difference,8:N0}  {type}"));
        }

        await results.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{bare.Values.Sum(),8:N0} {ours.Values.Sum(),8:N0}"));
    }

    private static async Task<Dictionary<string, double>> ProfileAsync(
        BrokerFixture broker, Protection protection, TimeSpan length, CancellationToken cancellationToken)
    {
        await using LoadSite site = await MassTransitSite.StartAsync(broker, protection, Settings, static (_, _) => Task.CompletedTask, cancellationToken);
        await ClosedLoop.RunAsync(site.AskAsync, Callers, length / 2);
        using var profile = new AllocationProfile();
        profile.Take();
        long calls = 0;
        await ClosedLoop.RunAsync(
            async () =>
            {
                await site.AskAsync();
                Interlocked.Increment(ref calls);
            },
            Callers, length);
        return profile.Take().ToDictionary(static type => type.Type, type => type.Bytes / (double)calls, StringComparer.Ordinal);
    }
}
