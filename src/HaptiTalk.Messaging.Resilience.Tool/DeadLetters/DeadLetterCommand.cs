using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool.DeadLetters;

/// <summary>One command about dead letters.</summary>
internal abstract class DeadLetterCommand : Command
{
    protected DeadLetterCommand(string name, string description, CommandFrame frame)
        : base(name, description) =>
        SetAction((parsed, cancellationToken) => frame.RunAsync(parsed, RunAsync, cancellationToken));

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(DeadLetterRun run, CancellationToken cancellationToken);
}

/// <summary>What a command has to work with.</summary>
/// <param name="Parsed">What was typed.</param>
/// <param name="DeadLetters">The broker that was chosen.</param>
/// <param name="Screen">Where it writes.</param>
/// <param name="ToolEnvironment">What else there is.</param>
internal sealed record DeadLetterRun(ParseResult Parsed, RabbitMqDeadLetters DeadLetters, Screen Screen, ToolEnvironment ToolEnvironment);
