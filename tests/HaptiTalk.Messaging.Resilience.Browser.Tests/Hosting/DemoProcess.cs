using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>The demo as a newcomer runs it, with its web endpoints.</summary>
internal sealed class DemoProcess(Process process) : IAsyncDisposable
{
    private const string Announcement = "The page: ";

    public static DemoProcess Start()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        string root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        string program = Path.Combine(root, "consumers", "HaptiTalk.Demo", "bin", output.Parent!.Name, output.Name, "HaptiTalk.Demo.dll");
        return new(Process.Start(new ProcessStartInfo("dotnet", ["exec", program, "--serve"]) { RedirectStandardOutput = true, UseShellExecute = false })!);
    }

    /// <summary>The address of the page, which is there when the act with the framework begins.</summary>
    public async Task<string> PageAsync(CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
                return line[Announcement.Length..line.IndexOf(". ", StringComparison.Ordinal)];
        }

        throw new InvalidOperationException("The demo ended before its page was there.");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
