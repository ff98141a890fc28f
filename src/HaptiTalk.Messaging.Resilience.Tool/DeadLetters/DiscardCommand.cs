using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters discard QUEUE</c></summary>
internal sealed class DiscardCommand : DeadLetterCommand
{
    private const int MostHeld = 61_000;

    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly FilterOptions _filters;

    private readonly Option<long?> _expect = new ReadOption<long?>(
        "--expect", "messages", $"a whole number from 1 to {MostHeld}", Amounts.Whole(1L, MostHeld))
    {
        Description = "How many messages must match. With more or fewer, nothing is removed.",
        Required = true,
    };

    private readonly Option<string?> _export = new("--export")
    {
        HelpName = "file",
        Description = "Write the messages to this new file first; - for the output.",
    };

    private readonly Option<bool> _withoutExport = new("--without-export") { Description = "Remove the messages without a copy." };
    private readonly Option<bool> _despiteLimit = ReplayOptions.DespiteLimit();
    private readonly AnyQueueOption _anyQueue = new();

    public DiscardCommand(CommandFrame frame)
        : base("discard", "Removes messages for good, if exactly as many match as --expect says.", frame)
    {
        _filters = new(frame.ToolEnvironment.Time);
        Add(_queue);
        _filters.AddTo(this);
        Add(_expect);
        Add(_export);
        Add(_withoutExport);
        Add(_despiteLimit);
        Add(_anyQueue);
        Validators.Add(result =>
        {
            if ((result.GetResult(_export) is null) == !result.GetValue(_withoutExport))
                result.AddError("Give --export with a file, or --without-export.");
        });
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        NewFile? file = run.Parsed.GetValue(_export) is { } name ? NewFile.Open(name, run.ToolEnvironment) : null;
        DiscardReport report;
        bool isNeeded = false;
        try
        {
            report = await run.DeadLetters.Replayer.DiscardAsync(
                new()
                {
                    Queue = run.Parsed.GetRequiredValue(_queue),
                    Select = _filters.Read(run.Parsed),
                    ExpectedCount = run.Parsed.GetValue(_expect)!.Value,
                    Export = file?.Stream,
                    WithoutExport = run.Parsed.GetValue(_withoutExport),
                    DespiteDeliveryLimit = run.Parsed.GetValue(_despiteLimit),
                    AnyQueue = run.Parsed.GetValue(_anyQueue),
                },
                cancellationToken).ConfigureAwait(false);
            isNeeded = report.Discarded > 0;
        }
        catch (DeadLetterAccessException failed) when (failed.Removed > 0)
        {
            // It is unknown what was removed. The file may have the only copy.
            isNeeded = true;
            throw;
        }
        finally
        {
            if (file is not null)
                await file.CloseAsync(isNeeded).ConfigureAwait(false);
        }

        Write(report, file, file?.IsOutput == true ? run.Screen.Beside : run.Screen);
        return report.Problem is null ? ExitCode.Answered : ExitCode.SomethingStayed;
    }

    private static void Write(DiscardReport report, NewFile? file, Screen screen)
    {
        string written = file is null ? "" : $", {Format.Count(report.Exported)} written to {file.Name} before";
        if (screen.IsJson)
            screen.WriteJson(report);
        else if (report.Problem is { } problem)
            screen.Note(problem);
        else
            screen.WriteLine($"{Format.Messages(report.Discarded)} of '{report.Queue}' removed{written}.");
    }
}
