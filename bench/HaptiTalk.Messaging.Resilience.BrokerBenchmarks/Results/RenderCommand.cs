using System.CommandLine;
using System.Text;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>
/// <c>render</c>: puts the tables of committed results into a page, each between the lines
/// <c>&lt;!-- results: name, scenario --&gt;</c> and <c>&lt;!-- end --&gt;</c>.
/// </summary>
internal static class RenderCommand
{
    private const string Begin = "<!-- results: ";
    private const string BeginEnd = " -->";
    private const string End = "<!-- end -->";
    private const string Machine = "machine";

    public static Command Create()
    {
        Option<string> results = BenchmarkBroker.ResultsOption();
        Option<string> page = new("--page") { Description = "The page.", DefaultValueFactory = static _ => Path.Combine("docs", "performance.md") };
        Option<bool> check = new("--check") { Description = "Changes nothing; fails if the page is not as it would be rendered." };
        var command = new Command("render", "Puts the tables of committed results into a page.") { results, page, check };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(results)!, parsed.GetValue(page)!, parsed.GetValue(check), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string results, string page, bool isCheck, CancellationToken cancellationToken)
    {
        string before = await File.ReadAllTextAsync(page, cancellationToken);
        string after = await RenderAsync(before, results, cancellationToken);
        if (isCheck && before != after)
        {
            await Console.Error.WriteLineAsync($"'{page}' does not show what is in '{results}': run ./eng/performance --render.");
            return 1;
        }

        if (!isCheck)
            await File.WriteAllTextAsync(page, after, cancellationToken);
        return 0;
    }

    private static async Task<string> RenderAsync(string page, string results, CancellationToken cancellationToken)
    {
        var rendered = new StringBuilder();
        bool isSkipping = false;
        foreach (string line in page.Split('\n'))
        {
            isSkipping &= line != End;
            if (!isSkipping)
                rendered.Append(line).Append('\n');
            if (!line.StartsWith(Begin, StringComparison.Ordinal) || !line.EndsWith(BeginEnd, StringComparison.Ordinal))
                continue;

            string[] what = line[Begin.Length..^BeginEnd.Length].Split(", ");
            ResultFile result = await ResultFile.ReadAsync(Path.Combine(results, $"{what[0]}.json"), cancellationToken);
            rendered.Append(what[1] == Machine ? Describe(result) : Table(result, what[1])).Append('\n');
            isSkipping = true;
        }

        // What Split made of the last line's end.
        return rendered.ToString(0, rendered.Length - 1);
    }

    private static string Table(ResultFile result, string scenario) => "\n" + ResultTable.Print(
        [.. result.Measurements.Where(measurement => measurement.Scenario == scenario)], ResultColumns.Of(result.Name, scenario));

    private static string Describe(ResultFile result) => FormattableString.Invariant(
        $"\n{result.MeasuredAt:yyyy-MM-dd}, commit {result.Commit[..Math.Min(result.Commit.Length, 10)]}; {result.Broker}; {result.Machine}; ")
        + string.Join(", ", result.Versions.Select(static version => $"{version.Key} {version.Value}")) + "; "
        + string.Join(", ", result.Settings.Select(static setting => $"{setting.Key} {setting.Value}")) + ".\n";
}
