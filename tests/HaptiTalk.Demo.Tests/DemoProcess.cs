using System.Diagnostics;

namespace HaptiTalk.Demo.Tests;

/// <summary>The demo as a newcomer runs it: a process of its own.</summary>
internal sealed record DemoProcess(int ExitCode, string Output)
{
    private static readonly string Program = typeof(DemoCommand).Assembly.Location;

    public static async Task<DemoProcess> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using Process process = Start(arguments);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", BuiltProgram(), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;

    // The copy beside the tests has the tests' settings file next to it; the demo's own folder has the demo's.
    private static string BuiltProgram()
    {
        DirectoryInfo output = new(Path.GetDirectoryName(Program)!);
        DirectoryInfo root = output.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(
            root.FullName, "consumers", "HaptiTalk.Demo", "bin", output.Parent!.Name, output.Name, Path.GetFileName(Program));
    }
}
