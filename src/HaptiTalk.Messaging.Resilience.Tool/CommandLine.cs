using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>The whole command line.</summary>
internal sealed class CommandLine(ToolEnvironment environment)
{
    /// <summary>How long a run may take to end after Ctrl-C. It waits for the messages that it has sent.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(30);

    public static RootCommand Create(ToolEnvironment environment)
    {
        RootCommand root = new("Shows the dead letters of a RabbitMQ broker, replays them or discards them.")
        {
            DeadLettersCommand.Create(environment),
            new CompletionCommand(environment),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        // A value that begins with @ is a text, not a file of arguments.
        ParseResult parsed = Create(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction wrong)
            return await ExplainAsync(parsed, wrong).ConfigureAwait(false);
        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Error,
                ProcessTerminationTimeout = Ending,
            },
            cancellationToken).ConfigureAwait(false);
    }

    // The error repeats the arguments. They may hold a password or control characters.
    private async Task<int> ExplainAsync(ParseResult parsed, ParseErrorAction wrong)
    {
        wrong.ShowHelp = false;
        using StringWriter said = new();
        await parsed.InvokeAsync(new InvocationConfiguration { Output = said, Error = said }, CancellationToken.None).ConfigureAwait(false);
        Screen screen = new(environment, isJson: false);
        screen.Note(said.ToString().Trim());
        string command = string.Join(' ', NamesOf(parsed.CommandResult).Reverse().Append("--help"));
        screen.Note($"See: haptitalk-resilience {command}");
        return ExitCode.BadArguments;
    }

    private static IEnumerable<string> NamesOf(SymbolResult? result)
    {
        for (; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            yield return command.Command.Name;
    }

    private sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(ExitCode.Help);
            return code;
        }
    }
}
