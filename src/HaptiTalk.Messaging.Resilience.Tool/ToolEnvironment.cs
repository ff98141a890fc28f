namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Everything that the command line touches outside of itself and the broker.</summary>
internal sealed record ToolEnvironment
{
    /// <summary>Gets the answers.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Gets errors, notes, questions and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where an answer to a question comes from.</summary>
    public required TextReader Input { get; init; }

    /// <summary>The same input as bytes, for a password and an import. Nothing is read from it ahead.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>The same output as bytes, for an export.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>How many characters a line of the terminal has; null to ask the terminal.</summary>
    public int? Width { get; init; }

    /// <summary>Whether somebody looks at the output.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether somebody looks at the errors.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whether somebody can be asked.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Variables of the environment; null where there is none of a name.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Where relative files are.</summary>
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
