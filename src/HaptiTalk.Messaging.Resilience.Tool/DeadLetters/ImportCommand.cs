using System.CommandLine;
using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters import FILE [QUEUE]</c></summary>
internal sealed class ImportCommand : DeadLetterCommand
{
    private const string Standard = NewFile.Standard;

    private readonly Argument<string> _file = new("file") { Description = "A file that export wrote; - for the input." };

    private readonly Argument<string?> _queue = new("queue")
    {
        Description = "The queue to put the messages into. Default: the queue that each line names.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<long?> _skipLines = new ReadOption<long?>("--skip-lines", "lines", "a whole number from 0", Amounts.Whole(0L, long.MaxValue))
    {
        Description = "How many lines to skip, because an earlier import has done them.",
    };

    public ImportCommand(CommandFrame frame)
        : base("import", "Puts exported messages into a queue. The broker confirms each.", frame)
    {
        _queue.Validators.Add(QueueArgument.Check);
        Add(_file);
        Add(_queue);
        Add(_skipLines);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        string file = run.Parsed.GetRequiredValue(_file);
        ImportRequest request = new() { Queue = run.Parsed.GetValue(_queue), SkipLines = run.Parsed.GetValue(_skipLines) ?? 0 };
        Stream lines = file == Standard ? run.ToolEnvironment.OpenInput() : File.OpenRead(Path.Combine(run.ToolEnvironment.Folder, file));
        ImportReport report;
        await using (lines.ConfigureAwait(false))
        {
            using ProgressLine line = new(run.ToolEnvironment);
            report = await run.DeadLetters.Archive.ImportAsync(
                lines, request, line.Of<long>(static imported => $"{Format.Messages(imported)} imported"), cancellationToken).ConfigureAwait(false);
        }

        if (run.Screen.IsJson)
            run.Screen.WriteJson(report);
        else
            run.Screen.WriteLine($"{Format.Messages(report.Imported)} imported.");
        if (report.Problem is null)
            return ExitCode.Answered;
        run.Screen.Note(string.Create(
            CultureInfo.InvariantCulture, $"Stopped: {report.Problem}. To continue once it is fixed: --skip-lines {report.Line}."));
        return ExitCode.SomethingStayed;
    }
}
