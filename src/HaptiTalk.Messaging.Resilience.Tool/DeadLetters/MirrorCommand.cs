using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters mirror QUEUE</c></summary>
internal sealed class MirrorCommand : DeadLetterCommand
{
    private static readonly DeadLetterMirrorOptions Usual = new();

    private readonly Argument<string> _queue = QueueArgument.One();

    private readonly Option<long> _maxBytes = new ReadOption<long>("--max-bytes", "bytes", $"a size such as {Amounts.SizeForm}", Amounts.TrySize)
    {
        Description = "How many bytes the stream keeps, roughly.",
        DefaultValueFactory = static _ => Usual.MaxBytes,
    };

    private readonly Option<TimeSpan> _maxAge = new ReadOption<TimeSpan>("--max-age", "time", "a time from 1s on, such as 12h or 7d", TrySeconds)
    {
        Description = "How long the stream keeps a message.",
        DefaultValueFactory = static _ => Usual.MaxAge,
    };

    public MirrorCommand(CommandFrame frame)
        : base("mirror", "Makes a stream. It gets a copy of each dead letter that arrives from now on.", frame)
    {
        Add(_queue);
        Add(_maxBytes);
        Add(_maxAge);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        string queue = run.Parsed.GetRequiredValue(_queue);
        DeadLetterMirrorOptions options = new() { MaxBytes = run.Parsed.GetValue(_maxBytes), MaxAge = run.Parsed.GetValue(_maxAge) };
        string stream = await run.DeadLetters.Mirror.CreateAsync(queue, options, cancellationToken).ConfigureAwait(false);
        if (run.Screen.IsJson)
            run.Screen.WriteJson(new { queue, stream });
        else
            run.Screen.WriteLine($"The stream '{stream}' gets a copy of what arrives in '{queue}' from now on.");
        return ExitCode.Answered;
    }

    private static bool TrySeconds(string text, out TimeSpan span) => Amounts.TrySpan(text, out span) && span >= TimeSpan.FromSeconds(1);
}
