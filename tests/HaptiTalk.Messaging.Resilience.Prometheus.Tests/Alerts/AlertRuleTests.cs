using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

[Collection(Observed.Name)]
public sealed partial class AlertRuleTests(ObservedSystem system)
{
    private static string In(string file) => Path.Combine(DeployedConfiguration.Folder, file);

    [Fact]
    public async Task Configuration_AsDeployed_PassesPromtool()
    {
        (int code, string output) = await Promtool.RunAsync(["check", "config", In("prometheus.yml")]);

        code.ShouldBe(0, output);
        output.ShouldContain("1 rule files found");
    }

    [Fact]
    public async Task Rules_PreparedSeries_FireAndStayQuietAsTheyShould()
    {
        (int code, string output) = await Promtool.RunAsync(["test", "rules", In("alerts.test.yml")]);

        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task Rules_EachOfThem_HasATestInWhichItFires()
    {
        string tests = await File.ReadAllTextAsync(In("alerts.test.yml"), TestContext.Current.CancellationToken);

        (await system.Prometheus.GetRulesAsync()).Select(rule => rule!["name"]!.ToString())
            .ShouldBe(FiringTest().Matches(tests).Select(match => match.Groups["alert"].Value).Distinct(StringComparer.Ordinal), ignoreOrder: true);
    }

    [Fact]
    public async Task Rules_EachOfThem_SaysWhatItMeansAndWhatToDo()
    {
        JsonArray rules = await system.Prometheus.GetRulesAsync();

        rules.ShouldNotBeEmpty();
        foreach (JsonNode? rule in rules)
        {
            rule!["labels"]!["severity"]!.ToString().ShouldBeOneOf("critical", "warning");
            foreach (string annotation in new[] { "summary", "description", "runbook" })
                rule["annotations"]![annotation].ShouldNotBeNull($"{rule["name"]}").ToString().Length.ShouldBeGreaterThan(20);
            rule["lastError"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task Rules_EveryMetric_IsOneThatIsReallyEmitted()
    {
        string[] metrics = [.. (await system.Prometheus.GetRulesAsync()).SelectMany(rule => PromQl.MetricsOf(rule!["query"]!.ToString())).Distinct(StringComparer.Ordinal)];

        metrics.ShouldContain("circuit_breaker_state");
        metrics.ShouldContain("rabbitmq_detailed_queue_messages");
        foreach (string metric in metrics)
            await system.Prometheus.WaitForDataAsync(metric);
    }

    [Fact]
    public async Task Rules_HostWithAnOpenCircuit_ArePendingForIt()
    {
        JsonArray pending = await system.Prometheus.WaitForAsync(
            "ALERTS{alertname=\"CircuitBreakerOpen\",alertstate=\"pending\"}", found => found.Count > 0);

        pending.Select(alert => alert!["metric"]!["service"]!.ToString()).ShouldBe(["report"]);
    }

    [Fact]
    public async Task AlertsPage_EveryAlert_HasASection()
    {
        string[] sections = [.. (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "docs", "alerts.md"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];

        (await system.Prometheus.GetRulesAsync()).Select(rule => rule!["name"]!.ToString()).ShouldBeSubsetOf(sections);
    }

    [GeneratedRegex(@"alertname: (?<alert>\w+)\n\s+eval_time: \w+\n\s+exp_alerts:\n\s+- exp_labels", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FiringTest();
}
