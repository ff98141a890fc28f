using System.CommandLine;
using System.Text;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Results;

/// <summary>
/// <c>render</c>: puts the tables of committed results into pages, each between the lines
/// <c>&lt;!-- results: name, scenario --&gt;</c> and <c>&lt;!-- end --&gt;</c>; <c>&lt;!-- chains --&gt;</c> gets the table that
/// compares the runs of <c>chains</c>.
/// </summary>
internal static class RenderCommand
{
    /// <summary>The page of <c>chains</c>.</summary>
    public static readonly string ChainsPage = Path.Combine("docs", "chains.md");

    private const string Begin = "<!-- results: ";
    private const string BeginEnd = " -->";
    private const string Compared = "<!-- chains -->";
    private const string End = "<!-- end -->";
    private const string Machine = "machine";

    public static Command Create()
    {
        Option<string> results = BenchmarkBroker.ResultsOption();
        Option<string[]> pages = new("--page")
        {
            Description = "A page; may be repeated.",
            DefaultValueFactory = static _ => [Path.Combine("docs", "performance.md"), ChainsPage],
        };
        Option<bool> check = new("--check") { Description = "Changes nothing; fails if a page is not as it would be rendered." };
        var command = new Command("render", "Puts the tables of committed results into pages.") { results, pages, check };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetValue(results)!, parsed.GetValue(pages)!, parsed.GetValue(check), cancellationToken));
        return command;
    }

    /// <summary>Puts the newest results into one page.</summary>
    public static async Task RenderFileAsync(string results, string page, CancellationToken cancellationToken)
    {
        string before = await File.ReadAllTextAsync(page, cancellationToken);
        await File.WriteAllTextAsync(page, await RenderAsync(before, results, cancellationToken), cancellationToken);
    }

    /// <summary>When, of what and on what something was measured.</summary>
    public static string Describe(ResultFile result) => FormattableString.Invariant(
        $"{result.MeasuredAt:yyyy-MM-dd}, commit {result.Commit[..Math.Min(result.Commit.Length, 10)]}; {result.Broker}; {result.Machine}; ")
        + string.Join(", ", result.Versions.Select(static version => $"{version.Key} {version.Value}")) + "; "
        + string.Join(", ", result.Settings.Select(static setting => $"{setting.Key} {setting.Value}")) + ".";

    private static async Task<int> RunAsync(string results, IEnumerable<string> pages, bool isCheck, CancellationToken cancellationToken)
    {
        int differing = 0;
        foreach (string page in pages)
        {
            if (!isCheck)
            {
                await RenderFileAsync(results, page, cancellationToken);
                continue;
            }

            string shown = await File.ReadAllTextAsync(page, cancellationToken);
            if (shown == await RenderAsync(shown, results, cancellationToken))
                continue;
            differing++;
            await Console.Error.WriteLineAsync($"'{page}' does not show what is in '{results}': run ./eng/performance --render.");
        }

        return Math.Min(differing, 1);
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
            if (line == Compared)
                rendered.Append('\n').Append(await ChainsTable.PrintAsync(results, cancellationToken)).Append('\n');
            else if (line.StartsWith(Begin, StringComparison.Ordinal) && line.EndsWith(BeginEnd, StringComparison.Ordinal))
                rendered.Append(await RenderOneAsync(line[Begin.Length..^BeginEnd.Length].Split(", "), results, cancellationToken)).Append('\n');
            else
                continue;
            isSkipping = true;
        }

        // What Split made of the last line's end.
        return rendered.ToString(0, rendered.Length - 1);
    }

    private static async Task<string> RenderOneAsync(string[] what, string results, CancellationToken cancellationToken)
    {
        ResultFile result = await ResultFile.ReadAsync(Path.Combine(results, $"{what[0]}.json"), cancellationToken);
        return what[1] == Machine ? $"\n{Describe(result)}\n" : Table(result, what[1]);
    }

    private static string Table(ResultFile result, string scenario) => "\n" + ResultTable.Print(
        [.. result.Measurements.Where(measurement => measurement.Scenario == scenario)], ResultColumns.Of(result.Name, scenario));
}
