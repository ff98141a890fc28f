using Spectre.Console;
using Spectre.Console.Rendering;

namespace HaptiTalk.Messaging.Resilience.Tool;

/// <summary>Where a run writes. With <c>--json</c> the output gets only the document, and standard error gets the rest.</summary>
internal sealed class Screen
{
    // A file has no width. A name that is broken into two lines cannot be found.
    private const int Endless = 100_000;

    private readonly ToolEnvironment _environment;
    private readonly TextWriter _people;

    public Screen(ToolEnvironment environment, bool isJson)
    {
        _environment = environment;
        _people = isJson ? environment.Error : environment.Output;
        IsTerminal = isJson ? environment.IsErrorTerminal : environment.IsOutputTerminal;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_people),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
            Console.Profile.Width = Endless;
        else if (environment.Width is { } width)
            Console.Profile.Width = width;
        IsJson = isJson;
    }

    public bool IsJson { get; }

    /// <summary>Whether it is a terminal.</summary>
    public bool IsTerminal { get; }

    public IAnsiConsole Console { get; }

    /// <summary>The same beside the output, which something else is written to.</summary>
    public Screen Beside => new(_environment with { Output = _environment.Error, IsOutputTerminal = _environment.IsErrorTerminal }, IsJson);

    /// <summary>Writes a table for people.</summary>
    public void Write(Table table) => Console.Write(Fit(table));

    /// <summary>The table where its names fit beside each other, otherwise the same with a line for each value.</summary>
    public Table Fit(Table table) =>
        ((IRenderable)table).Measure(RenderOptions.Create(Console), Endless).Min <= Console.Profile.Width ? table : Tables.Upright(table);

    /// <summary>Writes lines for people.</summary>
    public void WriteLine(string text = "") => _people.WriteLine(Printable.Lines(text));

    /// <summary>Writes an error or a warning to standard error.</summary>
    public void Note(string text) => _environment.Error.WriteLine(Printable.Lines(Secrets.Hide(text)));

    /// <summary>Writes the document.</summary>
    public void WriteJson<T>(T value)
    {
        _environment.Output.WriteLine(JsonOutput.Of(value));
        _environment.Output.Flush();
    }
}
