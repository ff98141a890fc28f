using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>--scan</c>: how far a look reads.</summary>
internal sealed class ScanOption : ReadOption<int>
{
    private const int Most = 60_000;

    public ScanOption()
        : base("--scan", "messages", $"a whole number from 1 to {Most}", Amounts.Whole(1, Most))
    {
        Description = $"How many messages to read from the head, {Most} at most. Nobody else gets them meanwhile.";
        DefaultValueFactory = static _ => new DeadLetterScanOptions().MaxMessages;
    }

    public DeadLetterScanOptions Read(ParseResult parsed, AnyQueueOption anyQueue) =>
        new() { MaxMessages = parsed.GetValue(this), AnyQueue = parsed.GetValue(anyQueue) };
}
