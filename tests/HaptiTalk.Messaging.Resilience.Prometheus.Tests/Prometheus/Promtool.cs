using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>Prometheus's own tool for checking what is written for it.</summary>
internal static class Promtool
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, string input = "")
    {
        ProcessStartInfo start = new(PrometheusPrograms.Tool, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process tool = Process.Start(start)!;
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = tool.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = tool.StandardError.ReadToEndAsync(token);
        await tool.StandardInput.WriteAsync(input.AsMemory(), token);
        tool.StandardInput.Close();
        await tool.WaitForExitAsync(token);
        return (tool.ExitCode, await output + await errors);
    }
}
