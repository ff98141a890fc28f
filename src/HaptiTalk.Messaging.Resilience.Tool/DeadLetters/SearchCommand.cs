using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters search QUEUE</c></summary>
internal sealed class SearchCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly FilterOptions _filters;
    private readonly ScanOption _scan = new();
    private readonly AnyQueueOption _anyQueue = new();

    private readonly Option<int> _limit = new ReadOption<int>("--limit", "messages", "a whole number from 1 to 10000", Amounts.Whole(1, 10_000))
    {
        Description = "How many messages to show, 10000 at most.",
        DefaultValueFactory = static _ => new DeadLetterScanOptions().MaxMatches,
    };

    public SearchCommand(CommandFrame frame)
        : base("search", "Finds the messages that match all given options, in the order of the queue.", frame)
    {
        _filters = new(frame.ToolEnvironment.Time);
        Add(_queue);
        _filters.AddTo(this);
        Add(_limit);
        Add(_scan);
        Add(_anyQueue);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        DeadLetterSearchResult result = await run.DeadLetters.Inspector.SearchAsync(
            run.Parsed.GetRequiredValue(_queue),
            _filters.Read(run.Parsed),
            _scan.Read(run.Parsed, _anyQueue) with { MaxMatches = run.Parsed.GetValue(_limit) },
            cancellationToken).ConfigureAwait(false);
        if (run.Screen.IsJson)
        {
            run.Screen.WriteJson(result);
            return ExitCode.Answered;
        }

        MessageTable.Write(result.Messages, run.Screen);
        string shown = result.Matches > result.Messages.Count ? $" Only the first {(result.Messages.Count == 1 ? "is" : $"{Format.Count(result.Messages.Count)} are")} shown." : "";
        run.Screen.WriteLine($"{Format.Count(result.Matches)} of {Format.Messages(result.Scanned)} looked at in '{result.Queue}' fit.{shown}");
        if (result.Incomplete is { } why)
            run.Screen.Note($"Not all of {Format.Messages(result.Depth)} were looked at: {why}.");
        return ExitCode.Answered;
    }
}
