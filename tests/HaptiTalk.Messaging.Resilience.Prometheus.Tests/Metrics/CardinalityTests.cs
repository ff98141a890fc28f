using System.Diagnostics;
using System.Text;
using OpenTelemetry.Metrics;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A process with fifty services of twenty operations in the middle of an outage.</summary>
public sealed class CardinalityTests
{
    private const int Services = 50;
    private const int Operations = 20;

    private static readonly Dictionary<string, string?> NoRetries = new(StringComparer.Ordinal) { ["Resilience:Defaults:Retry:MaxRetries"] = "0" };

    [Fact]
    public async Task Scrape_ThousandOperationsInAnOutage_KeepsEveryCountApart()
    {
        await using ObservedHost host = await ObservedHost.StartAsync(settings: NoRetries);
        await FailEverywhereAsync(host);
        (string text, TimeSpan took) = await MeasureAsync(host);
        string[] lines = text.Split('\n');

        foreach (string result in new[] { "success", "failure", "fallback" })
        {
            lines.Count(line => line.StartsWith("executions_total{", StringComparison.Ordinal) && line.Contains($"result=\"{result}\"", StringComparison.Ordinal))
                .ShouldBe(Services * Operations, result);
        }

        lines.Count(line => line.StartsWith("circuit_breaker_state{", StringComparison.Ordinal)).ShouldBe(Services * Operations);
        lines.Where(line => line.Contains("overflow", StringComparison.Ordinal) && !line.StartsWith("execution_duration", StringComparison.Ordinal)).ShouldBeEmpty();
        TestContext.Current.SendDiagnosticMessage(
            $"{lines.Length} lines, {Encoding.UTF8.GetByteCount(text) / 1024} KiB, {took.TotalMilliseconds:0} ms a scrape");
    }

    [Fact]
    public async Task Scrape_HostWithAViewOfItsOwnForTheDurations_ShowsEachSeriesOnce()
    {
        await using ObservedHost host = await ObservedHost.StartAsync(
            static services => services.ConfigureOpenTelemetryMeterProvider(static metrics => metrics.AddView(
                "execution_duration",
                new ExplicitBucketHistogramConfiguration { Boundaries = [0.1, 1, 10], CardinalityLimit = 10_000 })),
            NoRetries);
        await FailEverywhereAsync(host);
        string[] series =
        [
            .. (await host.ScrapeAsync()).Split('\n')
                .Where(line => line.StartsWith("execution_duration_seconds_", StringComparison.Ordinal))
                .Select(line => line[..line.LastIndexOf(' ')]),
        ];

        series.Length.ShouldBe(Services * Operations * 3 * (4 + 2));
        series.Distinct(StringComparer.Ordinal).Count().ShouldBe(series.Length);
    }

    private static async Task FailEverywhereAsync(ObservedHost host)
    {
        for (int service = 0; service < Services; service++)
        {
            IServiceResilience resilience = host.Resilience.For($"service-{service}");
            resilience.RegisterFallback("fallback", static (_, _) => ValueTask.FromResult("degraded"));
            for (int operation = 0; operation < Operations; operation++)
            {
                var options = new ExecutionOptions { Operation = $"operation-{operation}" };
                CancellationToken token = TestContext.Current.CancellationToken;
                await resilience.ExecuteAsync(static _ => ValueTask.FromResult("real"), options, token);
                await Should.ThrowAsync<ArgumentException>(resilience.ExecuteAsync(
                    static _ => ValueTask.FromException<string>(new ArgumentException("wrong")), options, token).AsTask());
                await FallBackAsync(resilience, options with { FallbackKey = "fallback" }, token);
            }
        }
    }

    private static async Task FallBackAsync(IServiceResilience resilience, ExecutionOptions options, CancellationToken cancellationToken)
    {
        string? reply = null;
        for (int call = 0; reply is null && call < 10; call++)
        {
            try
            {
                reply = await resilience.ExecuteAsync(
                    static _ => ValueTask.FromException<string>(new InvalidOperationException("broken")), options, cancellationToken);
            }
            catch (InvalidOperationException)
            {
                // There have not been enough failures for the fallback yet.
            }
        }

        reply.ShouldBe("degraded");
    }

    private static async Task<(string Text, TimeSpan Took)> MeasureAsync(ObservedHost host)
    {
        // The first one fills pools and compiles.
        await host.ScrapeAsync();
        var watch = Stopwatch.StartNew();
        string text = await host.ScrapeAsync();
        return (text, watch.Elapsed);
    }
}
