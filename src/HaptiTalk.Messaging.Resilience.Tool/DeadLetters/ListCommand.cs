using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters list [QUEUE...]</c></summary>
internal sealed class ListCommand : DeadLetterCommand
{
    private readonly Argument<string[]> _queues = QueueArgument.Many(
        "Only these queues. Without the management API you must name them.", ArgumentArity.ZeroOrMore);

    private readonly Option<bool> _all = new("--all") { Description = "List empty queues, too." };

    private readonly Option<bool> _withoutOldest = new("--without-oldest") { Description = "Do not read the first message of each queue for its age." };

    private readonly Option<TimeSpan> _growth = new ReadOption<TimeSpan>("--growth", "time", $"a time such as {Amounts.SpanForm}", Amounts.TrySpan)
    {
        Description = "Measure the growth over this time. The queues are counted twice.",
    };

    public ListCommand(CommandFrame frame)
        : base("list", "Lists the queues of dead letters: how many messages, how old, and whether each can be read safely.", frame)
    {
        Add(_queues);
        Add(_all);
        Add(_withoutOldest);
        Add(_growth);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        string[] names = run.Parsed.GetValue(_queues) ?? [];
        DeadLetterListOptions options = new()
        {
            Queues = names,
            IncludeEmpty = run.Parsed.GetValue(_all),
            IncludeOldest = !run.Parsed.GetValue(_withoutOldest),
        };
        if (run.Parsed.GetValue(_growth) is { Ticks: > 0 } growth)
        {
            options = options with { GrowthOver = growth };
            DeadLetterListOptions before = options with { IncludeOldest = false, IncludeEmpty = true };
            await run.DeadLetters.Inspector.ListAsync(before, cancellationToken).ConfigureAwait(false);
            await Task.Delay(growth, run.ToolEnvironment.Time, cancellationToken).ConfigureAwait(false);
        }

        DeadLetterListing listing = (await run.DeadLetters.Inspector.ListAsync(options, cancellationToken).ConfigureAwait(false)).Of(names);
        if (run.Screen.IsJson)
            run.Screen.WriteJson(listing);
        else
            ListingTable.Write(listing, run.Screen);
        return listing.NoteManagement(names, run.Screen) ? ExitCode.Answered : ExitCode.BrokerUnavailable;
    }
}
