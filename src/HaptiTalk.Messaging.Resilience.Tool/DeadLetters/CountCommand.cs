using System.CommandLine;
using Spectre.Console;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters count QUEUE...</c></summary>
internal sealed class CountCommand : DeadLetterCommand
{
    private readonly Argument<string[]> _queues = QueueArgument.Many("A queue's name, for example user_error.", ArgumentArity.OneOrMore);

    public CountCommand(CommandFrame frame)
        : base("count", "Counts the messages in each queue. Does not read them.", frame) => Add(_queues);

    protected override async Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetterCount> counts = await run.DeadLetters.Inspector
            .CountAsync(run.Parsed.GetRequiredValue(_queues), cancellationToken).ConfigureAwait(false);
        if (run.Screen.IsJson)
        {
            run.Screen.WriteJson(counts);
            return ExitCode.Answered;
        }

        Table table = Tables.Of(Tables.Name("Queue"), Tables.Number("Messages"));
        foreach (DeadLetterCount count in counts)
            table.Add(count.Queue, count.Messages is { } messages ? Format.Count(messages) : "no such queue");
        run.Screen.Write(table);
        return ExitCode.Answered;
    }
}
