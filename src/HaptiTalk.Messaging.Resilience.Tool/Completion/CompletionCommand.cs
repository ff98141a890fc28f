using System.CommandLine;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary><c>completion SHELL</c></summary>
internal sealed class CompletionCommand : Command
{
    private readonly Argument<string> _shell = new("shell") { Description = "Which shell: bash, zsh or pwsh." };

    public CompletionCommand(ToolEnvironment environment)
        : base("completion", "Writes a script that completes this tool's commands and options in a shell.")
    {
        _shell.AcceptOnlyFromAmong([.. CompletionScripts.All.Keys]);
        Add(_shell);
        SetAction(parsed =>
        {
            environment.Output.WriteLine(CompletionScripts.All[parsed.GetRequiredValue(_shell)]);
            return ExitCode.Answered;
        });
    }
}
