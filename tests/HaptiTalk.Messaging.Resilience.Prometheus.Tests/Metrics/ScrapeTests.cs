using System.Text.Json.Nodes;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A real Prometheus scrapes a real host.</summary>
[Collection(Observed.Name)]
public sealed class ScrapeTests(ObservedSystem system)
{
    public static TheoryData<string> Metrics => [.. DocumentedMetrics.All.Keys];

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task Scrape_Metric_HasTheDocumentedLabelsAndNoOthers(string metric)
    {
        JsonArray series = await system.Prometheus.WaitForDataAsync(metric);

        foreach (JsonNode? one in series)
        {
            // Only a refusal has somebody who refused.
            string[] labels = [.. DocumentedMetrics.All[metric].Where(label => label != "origin" || one!["metric"]!["result"]?.ToString() == "rejected")];
            OwnLabels(one!).ShouldBe(labels, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Scrape_Host_IsTakenWithoutComplaint()
    {
        await system.Prometheus.WaitForDataAsync("circuit_breaker_state");

        JsonNode target = (await system.Prometheus.GetTargetsAsync()).Single(
            target => target["scrapePool"]!.ToString() == "haptitalk" && target["health"]!.ToString() == "up");
        target["lastError"]!.ToString().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("report", 1)]
    [InlineData("user", 0)]
    public async Task Query_CircuitOfAService_TellsItsState(string service, int state) =>
        await system.Prometheus.WaitForAsync(
            $"max(circuit_breaker_state{{service=\"{service}\",side=\"local\"}})", found => found is [{ } one] && one["value"]![1]!.ToString() == state.ToString());

    [Fact]
    public async Task Query_MedianOfWhatTimesOut_LiesInItsBucket()
    {
        JsonArray found = await system.Prometheus.WaitForAsync(
            "histogram_quantile(0.5, sum by (le) (rate(execution_duration_seconds_bucket{operation=\"impatient\"}[30s])))", found => found is [{ } one] && Value(one) > 0);

        Value(found[0]!).ShouldBeInRange(0.01, 0.25);
    }

    private static IEnumerable<string> OwnLabels(JsonNode series) =>
        series["metric"]!.AsObject().Select(label => label.Key).Except(["__name__", "instance", "job"], StringComparer.Ordinal);

    private static double Value(JsonNode series) => double.Parse(series["value"]![1]!.ToString());
}
