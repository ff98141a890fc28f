using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters export QUEUE FILE</c></summary>
internal sealed class ExportCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly Argument<string> _file = new("file") { Description = "A new file for the messages, one a line; - for the output." };
    private readonly FilterOptions _filters;
    private readonly Option<bool> _drain = new("--drain") { Description = "Remove the written messages from the queue. Works on queues that cannot be read safely." };
    private readonly Option<bool> _despiteLimit = ReplayOptions.DespiteLimit();
    private readonly AnyQueueOption _anyQueue = new();

    public ExportCommand(CommandFrame frame)
        : base("export", "Writes messages as JSON Lines, byte for byte.", frame)
    {
        _filters = new(frame.ToolEnvironment.Time);
        Add(_queue);
        Add(_file);
        _filters.AddTo(this);
        Add(_drain);
        Add(_despiteLimit);
        Add(_anyQueue);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        ExportRequest request = new()
        {
            Queue = run.Parsed.GetRequiredValue(_queue),
            Select = _filters.Read(run.Parsed),
            Drain = run.Parsed.GetValue(_drain),
            DespiteDeliveryLimit = run.Parsed.GetValue(_despiteLimit),
            AnyQueue = run.Parsed.GetValue(_anyQueue),
        };
        NewFile file = NewFile.Open(run.Parsed.GetRequiredValue(_file), run.ToolEnvironment);
        Screen screen = file.IsOutput ? run.Screen.Beside : run.Screen;
        ExportReport report;
        try
        {
            using ProgressLine line = new(run.ToolEnvironment);
            report = await run.DeadLetters.Archive.ExportAsync(
                request, file.Stream, line.Of<long>(static written => $"{Format.Messages(written)} written"), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // A drain may have removed messages. Then the file has the only copy.
            bool isNeeded = file.IsOutput || (request.Drain && failure is not DeadLetterAccessException { Removed: 0 } && file.Stream.Length > 0);
            await file.CloseAsync(isNeeded).ConfigureAwait(false);
            if (isNeeded && request.Drain)
                screen.Note($"What left the queue is in {file.Name}. Its last lines may be in the queue as well.");
            throw;
        }

        await file.DisposeAsync().ConfigureAwait(false);
        string removed = request.Drain ? $", {Format.Count(report.Removed)} of them removed from the queue" : "";
        if (screen.IsJson)
            screen.WriteJson(report);
        else
            screen.WriteLine($"{Format.Messages(report.Exported)} of '{report.Queue}' written to {file.Name}{removed}.");
        if (report.Incomplete is { } why)
            screen.Note($"Not all that was meant was written: {why}.");
        return report.Incomplete is null ? ExitCode.Answered : ExitCode.SomethingStayed;
    }
}
