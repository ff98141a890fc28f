using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>Everything the dashboard asks for has an answer.</summary>
[Collection(Observed.Name)]
public sealed partial class DashboardTests(ObservedSystem system)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "deployed", "grafana");

    public static TheoryData<string> Expressions =>
        [.. Panels().SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.ToString())];

    [Theory]
    [MemberData(nameof(Expressions))]
    public async Task Panel_UnderALoadOfEveryKind_ShowsData(string expression) =>
        await system.Prometheus.WaitForDataAsync(Substitute(expression));

    [Fact]
    public async Task Variables_UnderALoad_OfferValues()
    {
        JsonArray variables = Dashboard()["templating"]!["list"]!.AsArray();

        variables.Count.ShouldBe(2);
        foreach (JsonNode? variable in variables)
        {
            Match query = LabelValues().Match(variable!["definition"]!.ToString());
            query.Success.ShouldBeTrue();
            JsonArray series = await system.Prometheus.WaitForDataAsync(query.Groups["metric"].Value);
            series.ShouldAllBe(one => one!["metric"]![query.Groups["label"].Value] != null);
        }
    }

    [Fact]
    public async Task Annotations_UnderALoad_AreUnderstood()
    {
        JsonArray annotations = Dashboard()["annotations"]!["list"]!.AsArray();

        annotations.ShouldNotBeEmpty();
        foreach (JsonNode? annotation in annotations)
            await system.Prometheus.QueryAsync(annotation!["expr"]!.ToString());
    }

    [Fact]
    public void Panels_AllOfThem_AskTheProvisionedSourceAndSayWhatTheyShow()
    {
        string source = SourceName().Match(File.ReadAllText(Path.Combine(Folder, "provisioning", "datasources", "prometheus.yml"))).Groups["uid"].Value;
        JsonNode[] panels = [.. Panels().Where(panel => panel["type"]!.ToString() != "row")];

        panels.ShouldNotBeEmpty();
        panels.ShouldAllBe(panel => panel["datasource"]!["uid"]!.ToString() == source && panel["description"]!.ToString().EndsWith('.'));
        Panels().Select(panel => panel["id"]!.ToString()).ShouldBeUnique();
    }

    [Fact]
    public void Panels_TwoOfThem_NeverOverlap()
    {
        (int X, int Y)[] cells = [.. Panels().SelectMany(panel => CellsOf(panel["gridPos"]!))];

        cells.ShouldBeUnique();
        cells.ShouldAllBe(cell => cell.X >= 0 && cell.X < 24);
    }

    [Fact]
    public void Provisioning_Dashboards_AreLookedForWhereComposeMountsThem()
    {
        string path = PathOption().Match(File.ReadAllText(Path.Combine(Folder, "provisioning", "dashboards", "haptitalk.yml"))).Groups["path"].Value;

        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deployed", "docker-compose.yml")).ShouldContain($"- ./deploy/grafana/dashboards:{path}:ro");
    }

    private static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", "resilience.json")))!;

    private static IEnumerable<JsonNode> Panels() => Dashboard()["panels"]!.AsArray().Select(panel => panel!);

    // As Grafana puts them in, with everything selected.
    private static string Substitute(string expression) => expression
        .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
        .Replace("$service", ".*", StringComparison.Ordinal)
        .Replace("$side", ".*", StringComparison.Ordinal);

    private static IEnumerable<(int X, int Y)> CellsOf(JsonNode place)
    {
        (int left, int top) = (place["x"]!.GetValue<int>(), place["y"]!.GetValue<int>());
        return from x in Enumerable.Range(left, place["w"]!.GetValue<int>())
               from y in Enumerable.Range(top, place["h"]!.GetValue<int>())
               select (x, y);
    }

    [GeneratedRegex(@"^label_values\((?<metric>\w+), (?<label>\w+)\)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"uid: (?<uid>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SourceName();

    [GeneratedRegex(@"path: (?<path>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathOption();
}
