using System.CommandLine;
using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters watch [QUEUE...]</c></summary>
internal sealed class WatchCommand : DeadLetterCommand
{
    private readonly Argument<string[]> _queues = QueueArgument.Many(
        "Only these queues. Without the management API you must name them.", ArgumentArity.ZeroOrMore);

    private readonly Option<TimeSpan> _interval = new ReadOption<TimeSpan>("--interval", "time", "a time from 100ms to 1d", TryInterval)
    {
        Description = "Time between two counts.",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(2),
    };

    public WatchCommand(CommandFrame frame)
        : base("watch", "Shows depth and growth until Ctrl-C: a live table on a terminal, otherwise one line for each change.", frame)
    {
        Add(_queues);
        Add(_interval);
    }

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        string[] names = run.Parsed.GetValue(_queues) ?? [];
        try
        {
            DeadLetterListing first = await ListAsync(run, names, cancellationToken).ConfigureAwait(false);
            if (!first.NoteManagement(names, run.Screen))
                return ExitCode.BrokerUnavailable;
            if (run.Screen is { IsTerminal: true, IsJson: false })
            {
                await run.Screen.Console.Live(run.Screen.Fit(ListingTable.OfDepths(first))).StartAsync(live => FollowAsync(run, names, listing =>
                {
                    live.UpdateTarget(run.Screen.Fit(ListingTable.OfDepths(listing)));
                    live.Refresh();
                }, cancellationToken)).ConfigureAwait(false);
            }
            else
            {
                ChangeLines lines = new(run.Screen);
                lines.Write(first);
                await FollowAsync(run, names, lines.Write, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is the normal end of watch.
        }

        return ExitCode.Answered;
    }

    private async Task FollowAsync(DeadLetterRun run, string[] names, Action<DeadLetterListing> show, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(run.Parsed.GetValue(_interval), run.ToolEnvironment.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                DeadLetterListing listing = await ListAsync(run, names, cancellationToken).ConfigureAwait(false);
                if (names.Length == 0 && listing.ManagementProblem is { } problem)
                    Missed(problem);
                else
                    show(listing);
            }
            catch (DeadLetterAccessException away)
            {
                Missed(away.Message);
            }
        }

        void Missed(string why) => run.Screen.Note($"{Format.Time(run.ToolEnvironment.Time.GetUtcNow())} {why.TrimEnd('.')}. Trying again.");
    }

    // The time since the last count differs a little from the interval.
    private async Task<DeadLetterListing> ListAsync(DeadLetterRun run, string[] names, CancellationToken cancellationToken) =>
        (await run.DeadLetters.Inspector.ListAsync(
            new() { Queues = names, IncludeEmpty = true, GrowthOver = run.Parsed.GetValue(_interval) / 2 }, cancellationToken).ConfigureAwait(false)).Of(names);

    private static bool TryInterval(string text, out TimeSpan span) =>
        Amounts.TrySpan(text, out span) && span >= TimeSpan.FromMilliseconds(100) && span <= TimeSpan.FromDays(1);
}
