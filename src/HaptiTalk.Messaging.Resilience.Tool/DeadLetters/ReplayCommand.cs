using System.CommandLine;
using System.CommandLine.Parsing;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters replay QUEUE</c></summary>
internal sealed class ReplayCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly ReplayOptions _options;
    private readonly EditOptions _edit = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would happen, and change nothing." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not show a preview, and do not ask." };

    public ReplayCommand(CommandFrame frame)
        : base("replay", "Puts messages back where they came from. Shows what would happen and asks first.", frame)
    {
        _options = new(frame.ToolEnvironment.Time);
        Add(_queue);
        _options.AddTo(this);
        Add(_dryRun);
        Add(_yes);
        _edit.AddTo(this);
        Validators.Add(CheckEdit);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        ReplayRequest request = _options.Read(run.Parsed, run.Parsed.GetRequiredValue(_queue));
        EditedReplay? edit = null;
        if (_edit.AreGiven(run.Parsed))
        {
            edit = await _edit.ReadAsync(run, request, _options.GoneRequesterOf(run.Parsed), cancellationToken).ConfigureAwait(false);
            // The same default as the edit itself.
            request = request with { AbandonedRequests = edit.AbandonedRequests, MaxReplays = int.MaxValue, Limit = 1 };
        }

        if (run.Parsed.GetValue(_dryRun))
        {
            ReplayView.Write(
                await run.DeadLetters.Replayer.ReplayAsync(request with { DryRun = true }, progress: null, cancellationToken).ConfigureAwait(false),
                run.Screen);
            return ExitCode.Answered;
        }

        if (!run.Parsed.GetValue(_yes) && await new ReplayConsent(run).AskAsync(request, cancellationToken).ConfigureAwait(false) is { } code)
            return code;

        ReplayReport report;
        using (ProgressLine line = new(run.ToolEnvironment))
        {
            report = edit is null
                ? await run.DeadLetters.Replayer
                    .ReplayAsync(request, line.Of<ReplayProgress>(progress => ReplayView.Of(progress, request.Limit)), cancellationToken)
                    .ConfigureAwait(false)
                : await run.DeadLetters.Replayer.ReplayEditedAsync(edit, cancellationToken).ConfigureAwait(false);
        }

        ReplayView.Write(report, run.Screen);
        return CodeOf(report, isOneMessage: request.Select.Ids.Count == 1);
    }

    private static int CodeOf(ReplayReport report, bool isOneMessage)
    {
        if (report.Stop == ReplayStop.Cancelled)
            return ExitCode.Stopped;
        if (isOneMessage && report.Outcomes.Count == 0)
            return ExitCode.NoSuchMessage;
        bool isAllDone = report is { Stop: ReplayStop.Completed, Problem: null, Returned: 0, PossibleDuplicates: 0 }
            && report.Outcomes.Keys.All(static outcome => outcome == ReplayOutcome.Replayed);
        return isAllDone ? ExitCode.Answered : ExitCode.SomethingStayed;
    }

    private static void CheckEdit(CommandResult result)
    {
        OptionResult[] given = [.. result.Children.OfType<OptionResult>().Where(static option => !option.Implicit)];
        if (Array.Find(given, static option => option.Option.Name is "--edit-body" or "--set-header" or "--remove-header") is not { } edit)
            return;
        if (given.Where(static option => option.Option.Name == "--id").Sum(static option => option.Tokens.Count) != 1)
            result.AddError($"{edit.Option.Name} edits one message: give exactly one --id.");
        if (Array.Find(given, static option => option.Option.Name is "--batches" or "--rate" or "--limit" or "--max-replays") is { } other)
            result.AddError($"{other.Option.Name} has no meaning for one edited message.");
    }
}
