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

/// <summary>The parts that a command uses.</summary>
/// <param name="Parsed">What was typed.</param>
/// <param name="DeadLetters">The broker that was chosen.</param>
/// <param name="Screen">Where it writes.</param>
/// <param name="ToolEnvironment">Input, output, clock and folder.</param>
internal sealed record DeadLetterRun(ParseResult Parsed, RabbitMqDeadLetters DeadLetters, Screen Screen, ToolEnvironment ToolEnvironment);
