namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

/// <summary>What one run of the command line answered.</summary>
internal sealed record Run(int Code, string Output, string Error)
{
    public static async Task<Run> OfAsync(string? environmentBroker, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await new CommandLine(output, error, environmentBroker).RunAsync(arguments, TestContext.Current.CancellationToken);
        return new Run(code, output.ToString(), error.ToString());
    }
}
