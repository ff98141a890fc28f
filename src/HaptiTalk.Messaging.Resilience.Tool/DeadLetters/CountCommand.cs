using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary><c>dead-letters count QUEUE...</c></summary>
internal static class CountCommand
{
    private static readonly string Description =
        $"Counts the messages that wait in each queue. Moves none of them.{Environment.NewLine}{Environment.NewLine}{ExitCode.Help}";

    public static Command Create(BrokerOption broker)
    {
        Argument<string[]> queues = new("queue")
        {
            Description = "A queue's name, for example user_error.",
            Arity = ArgumentArity.OneOrMore,
        };
        queues.Validators.Add(result =>
        {
            foreach (string problem in result.Tokens.Select(token => Problem(token.Value)).OfType<string>())
                result.AddError(problem);
        });
        Option<bool> json = new("--json") { Description = "Write JSON instead of a table." };

        Command command = new("count", Description) { queues, broker, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(broker),
            parsed.GetRequiredValue(queues),
            parsed.GetValue(json) ? CountReport.WriteJson : CountReport.WriteTable,
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    // Otherwise a mistyped option would be asked for as a queue.
    private static string? Problem(string queue) =>
        queue.StartsWith("--", StringComparison.Ordinal) ? $"'{queue}' is no option of this command." : QueueName.Problem(queue);

    private static async Task<int> RunAsync(
        BrokerAddress broker,
        string[] queues,
        Action<IReadOnlyList<DeadLetterCount>, TextWriter> report,
        InvocationConfiguration console,
        CancellationToken cancellationToken)
    {
        try
        {
            DeadLetterInspector inspector = new(broker, DeadLetterInspector.DefaultPatience);
            report(await inspector.CountAsync(queues, cancellationToken).ConfigureAwait(false), console.Output);
            return ExitCode.Answered;
        }
        catch (DeadLetterAccessException unavailable)
        {
            await console.Error.WriteLineAsync(unavailable.Message).ConfigureAwait(false);
            return ExitCode.BrokerUnavailable;
        }
    }
}
