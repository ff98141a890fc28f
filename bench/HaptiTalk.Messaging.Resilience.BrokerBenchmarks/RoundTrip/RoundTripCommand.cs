using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;
using HaptiTalk.Messaging.Resilience.Brokers;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.RoundTrip;

/// <summary><c>round-trip</c>: what a request costs where nothing goes wrong, by variant, in rounds A B C A B C.</summary>
internal static class RoundTripCommand
{
    private const int Callers = 32;

    // Half of what goes through bare at the most: a load that a service is run under.
    private const double Utilisation = 0.5;

    public static Command Create()
    {
        Option<string?> broker = BenchmarkBroker.Option();
        Option<int> rounds = new("--rounds") { Description = "Rounds through all variants.", DefaultValueFactory = static _ => 7 };
        Option<double> seconds = new("--seconds") { Description = "Length of each part of a round, in seconds.", DefaultValueFactory = static _ => 3 };
        Option<string[]> only = Only();
        Option<string> output = BenchmarkBroker.ResultsOption();
        var command = new Command("round-trip", "What a request costs where nothing goes wrong, by variant.") { broker, rounds, seconds, only, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(broker), Variant.Only(parsed.GetValue(only)!), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(output)!, cancellationToken));
        return command;
    }

    private static Option<string[]> Only()
    {
        Option<string[]> only = new("--only")
        {
            Description = $"Measures only the variants whose name contains this, beside '{Variant.All()[0].Name}', which they are compared with. "
                + "May be given more than once. The result holds these alone.",
            DefaultValueFactory = static _ => [],
            HelpName = "text",
        };
        only.Validators.Add(static result =>
        {
            foreach (string text in result.GetValueOrDefault<string[]>())
            {
                if (!Variant.All().Any(variant => variant.IsNamed(text)))
                    result.AddError($"No variant's name contains '{text}'. There are: {string.Join("; ", Variant.All().Select(static variant => variant.Name))}.");
            }
        });
        return only;
    }

    private static async Task RunAsync(
        string? choice, IReadOnlyList<Variant> variants, int rounds, TimeSpan length, string output, CancellationToken cancellationToken)
    {
        await using BrokerFixture broker = await BenchmarkBroker.StartAsync(choice);
        await Progress.WriteAsync($"{broker.Description}; {Environment.ProcessorCount} cores; .NET {Environment.Version}");
        using MeterProvider metrics = Watching.Begin();
        List<LoadSite> sites = [];
        try
        {
            foreach (Variant variant in variants)
                sites.Add(await variant.StartAsync(broker, cancellationToken));
            double rate = await WarmAsync(sites, length) * Utilisation;

            var measured = new List<Measurement>();
            for (int round = 0; round < rounds; round++)
            {
                // Each round begins with another: who comes after whom must not matter.
                foreach (LoadSite site in sites.Skip(round % sites.Count).Concat(sites.Take(round % sites.Count)))
                    await MeasureAsync(site, round, rate, length, measured, cancellationToken);
            }

            var result = ResultFile.Of(
                "round-trip",
                broker.Description,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["rounds"] = rounds.ToString(CultureInfo.InvariantCulture),
                    ["seconds"] = length.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                    ["callers"] = Callers.ToString(CultureInfo.InvariantCulture),
                    ["rate"] = rate.ToString("0", CultureInfo.InvariantCulture),
                },
                measured);
            await result.WriteAsync(output, cancellationToken);
        }
        finally
        {
            foreach (LoadSite site in sites)
                await site.DisposeAsync();
        }
    }

    /// <returns>What goes through the first, in calls per second.</returns>
    private static async Task<double> WarmAsync(List<LoadSite> sites, TimeSpan length)
    {
        double first = 0;
        // Twice: what all share is compiled during the first one's turn.
        foreach (LoadSite site in sites.Concat(sites))
        {
            double perSecond = (await ClosedLoop.RunAsync(site.AskAsync, Callers, length))["perSecond"];
            first = site == sites[0] ? perSecond : first;
            await Progress.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"warm: {site.Name}, {perSecond:N0}/s"));
        }

        return first;
    }

    private static async Task MeasureAsync(
        LoadSite site, int round, double rate, TimeSpan length, List<Measurement> measured, CancellationToken cancellationToken)
    {
        string name = site.Name;
        measured.Add(new($"{Callers} callers", name, round, await ClosedLoop.RunAsync(site.AskAsync, Callers, length)));
        measured.Add(new("1 caller", name, round, await ClosedLoop.RunAsync(site.AskAsync, callers: 1, length)));
        var latencies = new Latencies();
        await OpenLoop.RunAsync(
            async due =>
            {
                await site.AskAsync();
                latencies.Add(Stopwatch.GetElapsedTime(due));
            },
            rate, length, cancellationToken);
        measured.Add(new("fixed rate", name, round, new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["p50"] = latencies.At(50),
            ["p99"] = latencies.At(99),
            ["max"] = latencies.At(100),
        }));
        await Progress.WriteAsync(string.Create(CultureInfo.InvariantCulture,
            $"{round} {name}: {measured[^3].Values["perSecond"]:N0}/s, {measured[^3].Values["bytesPerCall"]:N0} B; one {measured[^2].Values["perSecond"]:N0}/s; p50 {latencies.At(50):0.0} p99 {latencies.At(99):0.0} ms"));
    }
}
