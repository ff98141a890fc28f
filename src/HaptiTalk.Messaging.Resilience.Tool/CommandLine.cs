using System.CommandLine;
using System.CommandLine.Invocation;
using HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>The whole command line, over the writers and the environment it is given.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter error, string? defaultBroker)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        RootCommand root = new($"Looks at the dead letters of a RabbitMQ.{Environment.NewLine}{Environment.NewLine}{ExitCode.Help}")
        {
            new Command("dead-letters", "Queues of messages that could not be handled.")
            {
                CountCommand.Create(new BrokerOption(defaultBroker)),
            },
        };

        ParseResult parsed = root.Parse(arguments);
        int code = await parsed
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellationToken)
            .ConfigureAwait(false);
        return parsed.Action is ParseErrorAction ? ExitCode.BadArguments : code;
    }
}
