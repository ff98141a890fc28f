using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>What stands on <c>/metrics</c>, to the letter.</summary>
public sealed partial class ExpositionTests
{
    [Fact]
    public async Task Exposition_Everything_PassesPromtool()
    {
        await using ObservedHost host = await ObservedHost.StartAsync();
        await using Load load = Load.On(host);
        string text = await host.ScrapeUntilAsync(DocumentedMetrics.All.Keys);

        (_, string findings) = await Promtool.RunAsync(["check", "metrics"], text);

        // MassTransit measures its durations in milliseconds, and its names are its own.
        findings.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(finding => !MassTransitsMilliseconds().IsMatch(finding)).ShouldBeEmpty();
        findings.ShouldNotContain("error while linting");
    }

    [Fact]
    public async Task Exposition_EveryMetric_SaysItsTypeAndWhatItIs()
    {
        await using ObservedHost host = await ObservedHost.StartAsync();
        await using Load load = Load.On(host);
        string[] lines = (await host.ScrapeUntilAsync(DocumentedMetrics.All.Keys)).Split('\n');

        foreach (string metric in DocumentedMetrics.All.Keys)
        {
            string family = metric.StartsWith("execution_duration_seconds", StringComparison.Ordinal) ? "execution_duration_seconds" : metric;
            string type = family.EndsWith("_total", StringComparison.Ordinal) ? "counter" : family == metric ? "gauge" : "histogram";
            lines.ShouldContain($"# TYPE {family} {type}");
            lines.Count(line => line.StartsWith($"# HELP {family} ", StringComparison.Ordinal) && line.EndsWith('.')).ShouldBe(1, family);
        }
    }

    [Fact]
    public async Task Exposition_Durations_FitAMillisecondToAMinute()
    {
        await using ObservedHost host = await ObservedHost.StartAsync();
        await host.Resilience.For("user").ExecuteAsync(static _ => ValueTask.FromResult("real"), cancellationToken: TestContext.Current.CancellationToken);

        (await host.ScrapeUntilAsync(["execution_duration_seconds_bucket"])).Split('\n')
            .Where(line => line.StartsWith("execution_duration_seconds_bucket{", StringComparison.Ordinal))
            .Select(line => UpperBound().Match(line).Groups["bound"].Value)
            .ShouldBe(["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "+Inf"]);
    }

    [Fact]
    public async Task Exposition_ProfileRemovedByAReload_ShowsItsGaugesNoLonger()
    {
        const string Setting = "Resilience:Profiles:billing:Retry:MaxRetries";
        await using ObservedHost host = await ObservedHost.StartAsync(settings: new() { [Setting] = "0" });
        await host.Resilience.For("billing").ExecuteAsync(static _ => ValueTask.FromResult("paid"), cancellationToken: TestContext.Current.CancellationToken);
        string[] before = SeriesOfBilling(await host.ScrapeUntilAsync(["circuit_breaker_state"]));
        host.Changeable.Remove(Setting);
        string[] after = SeriesOfBilling(await host.ScrapeAsync());

        before.ShouldContain("circuit_breaker_state");
        after.Where(name => name is "circuit_breaker_state" or "bulkhead_queue_size" or "bulkhead_active_calls").ShouldBeEmpty();

        // OpenTelemetry keeps what it has once summed up: a counter stays at its last value until the process ends.
        after.ShouldContain("executions_total");
    }

    private static string[] SeriesOfBilling(string text) =>
    [
        .. text.Split('\n')
            .Where(line => line.Contains("service=\"billing\"", StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf('{', StringComparison.Ordinal)]),
    ];

    [GeneratedRegex("^messaging_masstransit_[a-z_]+_milliseconds use base unit \"seconds\" instead of \"milliseconds\"$", RegexOptions.None, 1000)]
    private static partial Regex MassTransitsMilliseconds();

    [GeneratedRegex("le=\"(?<bound>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UpperBound();
}
