using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>--scan</c>: how far a look reads.</summary>
internal sealed class ScanOption : Option<int>
{
    private const int Most = 60_000;

    public ScanOption()
        : base("--scan")
    {
        HelpName = "messages";
        Description = "Messages to read at most, from the head, 60000 at most. While they are read nobody else gets them.";
        DefaultValueFactory = static _ => new DeadLetterScanOptions().MaxMessages;
        Validators.Add(static result =>
        {
            if (result.Tokens is [var text] && !Amounts.Whole(1, Most)(text.Value, out _))
                result.AddError($"'{text.Value}' is not allowed for --scan: a whole number from 1 to {Most}.");
        });
    }

    public DeadLetterScanOptions Read(ParseResult parsed) => new() { MaxMessages = parsed.GetValue(this) };
}
