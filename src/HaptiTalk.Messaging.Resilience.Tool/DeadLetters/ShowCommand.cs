using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters show QUEUE ID</c></summary>
internal sealed class ShowCommand : DeadLetterCommand
{
    private readonly Argument<string> _queue = QueueArgument.One();
    private readonly Argument<string> _id = new("id") { Description = "The message's id, or its AMQP message id; if several have it, the first one from the head." };

    private readonly Option<string?> _saveBody = new("--save-body")
    {
        HelpName = "file",
        Description = "Write the body to this new file, byte for byte; - for the output.",
    };

    private readonly ScanOption _scan = new();
    private readonly AnyQueueOption _anyQueue = new();

    public ShowCommand(CommandFrame frame)
        : base("show", "Shows one message whole: failure, headers, envelope and body.", frame)
    {
        _id.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("The id must not be empty.");
        });
        Add(_queue);
        Add(_id);
        Add(_saveBody);
        Add(_scan);
        Add(_anyQueue);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        string queue = run.Parsed.GetRequiredValue(_queue);
        string id = run.Parsed.GetRequiredValue(_id);
        DeadLetter? letter = await run.DeadLetters.Inspector.ShowAsync(queue, id, _scan.Read(run.Parsed, _anyQueue), cancellationToken).ConfigureAwait(false);
        if (letter is null)
        {
            run.Screen.Note($"There is no message '{id}' among the first {Format.Count(run.Parsed.GetValue(_scan))} of '{queue}'. "
                + "It may have left the queue. --scan reads further.");
            return ExitCode.NoSuchMessage;
        }

        if (run.Parsed.GetValue(_saveBody) is { } file)
            await SaveAsync(letter, file, run, cancellationToken).ConfigureAwait(false);
        else if (run.Screen.IsJson)
            run.Screen.WriteJson(letter);
        else
            DeadLetterView.Write(letter, run.ToolEnvironment.Time.GetUtcNow(), run.Screen);
        return ExitCode.Answered;
    }

    private static async Task SaveAsync(DeadLetter letter, string file, DeadLetterRun run, CancellationToken cancellationToken)
    {
        NewFile destination = NewFile.Open(file, run.ToolEnvironment);
        await using (destination.ConfigureAwait(false))
            await destination.Stream.WriteAsync(letter.Body, cancellationToken).ConfigureAwait(false);
        run.Screen.Note($"{Format.Bytes(letter.BodySize)} written to {destination.Name}.");
    }
}
