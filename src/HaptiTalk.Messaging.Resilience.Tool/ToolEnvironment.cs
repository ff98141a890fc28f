namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Everything that the tool uses apart from the broker: input, output, variables, files and the clock.</summary>
internal sealed record ToolEnvironment
{
    /// <summary>Where answers are written.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where errors, notes, questions and progress are written.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where the answers to questions are read.</summary>
    public required TextReader Input { get; init; }

    /// <summary>The same input as bytes, for a password and an import. Nothing is read from it ahead.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>The same output as bytes, for an export.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>How many characters a line of the terminal has; null to ask the terminal.</summary>
    public int? Width { get; init; }

    /// <summary>Whether the output is a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether the input is a terminal, so that the tool can ask.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Reads an environment variable; null without one.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>The folder of relative paths.</summary>
    public required string Folder { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static ToolEnvironment OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        IsInputTerminal = !Console.IsInputRedirected,
        Variable = Environment.GetEnvironmentVariable,
        Folder = Environment.CurrentDirectory,
    };
}
