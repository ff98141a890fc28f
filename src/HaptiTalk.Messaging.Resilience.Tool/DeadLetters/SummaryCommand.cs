using System.CommandLine;
using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters summary QUEUE</c></summary>
internal sealed class SummaryCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly ScanOption _scan = new();
    private readonly AnyQueueOption _anyQueue = new();

    private readonly Option<IReadOnlyList<DeadLetterGrouping>> _by = new ReadOption<IReadOnlyList<DeadLetterGrouping>>(
        "--by", "what", $"some of {GroupingNames.Form}", GroupingNames.TryRead)
    {
        Description = $"What to group by, several with commas between: {GroupingNames.Form}. Without it: exception,message.",
    };

    public SummaryCommand(CommandFrame frame)
        : base("summary", "Groups the messages of a queue, and shows the options that find each group.", frame)
    {
        _by.CompletionSources.Add(GroupingNames.Form.Split(','));
        Add(_queue);
        Add(_by);
        Add(_scan);
        Add(_anyQueue);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        DeadLetterSummary summary = await run.DeadLetters.Inspector
            .SummariseAsync(run.Parsed.GetRequiredValue(_queue), run.Parsed.GetValue(_by), _scan.Read(run.Parsed, _anyQueue), cancellationToken).ConfigureAwait(false);
        if (run.Screen.IsJson)
            run.Screen.WriteJson(summary);
        else
            Write(summary, run.Screen);
        return ExitCode.Answered;
    }

    private static void Write(DeadLetterSummary summary, Screen screen)
    {
        if (summary.Groups.Count > 0)
            screen.Write(TableOf(summary));
        string rest = summary.Ungrouped > 0 ? $" {Format.Count(summary.Ungrouped)} of them are in further groups." : "";
        screen.WriteLine($"{Format.Count(summary.Scanned)} of {Format.Messages(summary.Depth)} in '{summary.Queue}' looked at.{rest}");
        if (summary.Incomplete is { } why)
            screen.Note($"Not all were looked at: {why}.");
    }

    private static Table TableOf(DeadLetterSummary summary)
    {
        Table table = Tables.Of(
        [
            .. summary.By.Select(static by => Tables.Column(GroupingNames.Title(by))),
            Tables.Number("Messages"), Tables.Number("Share"), Tables.Name("Oldest"), Tables.Name("Newest"), Tables.Column("Found with"),
        ]);
        foreach (DeadLetterGroup group in summary.Groups)
        {
            table.Add(
            [
                .. group.Key.Select(static key => key ?? "(none)"),
                Format.Count(group.Count), Format.Share((double)group.Count / summary.Scanned), Format.Time(group.Oldest), Format.Time(group.Newest),
                FilterOptions.Of(group.Query),
            ]);
        }

        return table;
    }
}
