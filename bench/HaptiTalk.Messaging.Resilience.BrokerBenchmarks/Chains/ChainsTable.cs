using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>The scenarios as rows: what was run, what came of it before and after, and why.</summary>
internal static partial class ChainsTable
{
    public const string Before = "before";
    public const string After = "after";

    /// <summary>What the names of the result files begin with.</summary>
    public const string Prefix = "chains-";

    private const string Missing = "–";
    private const string Gets = "gets";

    public static async Task<string> PrintAsync(string results, CancellationToken cancellationToken)
    {
        ResultFile? before = await ReadAsync(results, Before, cancellationToken);
        ResultFile? after = await ReadAsync(results, After, cancellationToken);
        var table = new StringBuilder("| What | Before | After | Why it was so |\n|---|---|---|---|\n");
        foreach (Scenario scenario in Scenario.All)
            table.Append($"| {scenario.What} | {Cell(scenario, before)} | {Cell(scenario, after)} | {scenario.Why} |\n");
        return table.Append('\n').Append(Describe("Before", before)).Append("\n\n").Append(Describe("After", after)).Append('\n').ToString();
    }

    /// <summary>A scenario's words with its values in them.</summary>
    public static string Show(Scenario scenario, IReadOnlyDictionary<string, double> values) => Place().Replace(
        scenario.Shown,
        place => place.Groups["name"].Value == Gets
            ? ShowOutcomes(values)
            : Text(values.GetValueOrDefault(place.Groups["name"].Value, double.NaN), place.Groups["format"].Value));

    private static string Cell(Scenario scenario, ResultFile? result) =>
        result?.Measurements.SingleOrDefault(measurement => measurement.Scenario == scenario.Name) is { } found ? Show(scenario, found.Values) : Missing;

    private static string ShowOutcomes(IReadOnlyDictionary<string, double> values) => string.Join(", ", values
        .Where(static value => value.Key.StartsWith(Gets, StringComparison.Ordinal))
        .OrderByDescending(static value => value.Value)
        .Select(static value => $"`{value.Key[(Gets.Length + 1)..]}` {Text(value.Value, "P1")}"));

    private static string Text(double value, string format) => double.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Describe(string when, ResultFile? result) =>
        result is null ? $"{when}: not measured yet." : $"{when}: {RenderCommand.Describe(result)}";

    private static async Task<ResultFile?> ReadAsync(string results, string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(results, $"{Prefix}{name}.json");
        return File.Exists(path) ? await ResultFile.ReadAsync(path, cancellationToken) : null;
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<format>\w+(\.\w+)?))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
