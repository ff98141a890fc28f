using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters peek QUEUE</c></summary>
internal sealed class PeekCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();

    private readonly Option<int> _skip = new ReadOption<int>("--skip", "messages", "a whole number from 0 to 60000", Amounts.Whole(0, 60_000))
    {
        Description = "How many messages to skip. They are read, too.",
    };

    private readonly Option<int> _take = new ReadOption<int>("--take", "messages", "a whole number from 1 to 1000", Amounts.Whole(1, 1_000))
    {
        Description = "How many messages to show, 1000 at most.",
        DefaultValueFactory = static _ => new DeadLetterPeekOptions().Take,
    };

    private readonly Option<bool> _refresh = new("--refresh")
    {
        Description = "Has no effect: each run of this tool reads the queue anew.",
    };

    private readonly AnyQueueOption _anyQueue = new();

    public PeekCommand(CommandFrame frame)
        : base("peek", "Shows a page of messages from the head of a queue. All of them stay in the queue.", frame)
    {
        Add(_queue);
        Add(_skip);
        Add(_take);
        Add(_refresh);
        Add(_anyQueue);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        DeadLetterPeekOptions options = new()
        {
            Skip = run.Parsed.GetValue(_skip),
            Take = run.Parsed.GetValue(_take),
            Refresh = run.Parsed.GetValue(_refresh),
            AnyQueue = run.Parsed.GetValue(_anyQueue),
        };
        DeadLetterPage page = await run.DeadLetters.Inspector
            .PeekAsync(run.Parsed.GetRequiredValue(_queue), options, cancellationToken).ConfigureAwait(false);
        if (run.Screen.IsJson)
        {
            run.Screen.WriteJson(page);
            return ExitCode.Answered;
        }

        MessageTable.Write(page.Messages, run.Screen);
        run.Screen.WriteLine(page.Messages.Count > 0
            ? $"Messages {Format.Count(options.Skip + 1)} to {Format.Count(options.Skip + page.Messages.Count)} of {Format.Count(page.Depth)} in '{page.Queue}'."
            : $"No message here: '{page.Queue}' holds {Format.Messages(page.Depth)}.");
        if (page.Incomplete is { } why)
            run.Screen.Note($"Not all that was asked for was read: {why}.");
        return ExitCode.Answered;
    }
}
