using System.Text.Json;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

/// <summary>What one run of the command line answered.</summary>
internal sealed record Run(int Code, string Output, string Error)
{
    public string Everything => Output + Error;

    /// <summary>The one document of the output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs without a broker in the environment.</summary>
    public static Task<Run> OfAsync(params string[] arguments) => OfAsync(static environment => environment, arguments);

    public static async Task<Run> OfAsync(Func<ToolEnvironment, ToolEnvironment> change, IReadOnlyList<string> arguments, CancellationToken? cancellationToken = null)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        ToolEnvironment environment = change(new()
        {
            Output = output,
            Error = error,
            Input = TextReader.Null,
            OpenInput = static () => Stream.Null,
            OpenOutput = static () => Stream.Null,
            Folder = AppContext.BaseDirectory,
        });
        int code = await new CommandLine(environment).RunAsync(arguments, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Run(code, environment.Output.ToString()!, environment.Error.ToString()!);
    }
}
