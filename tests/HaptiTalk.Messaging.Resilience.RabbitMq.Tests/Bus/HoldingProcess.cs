using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A service in a process of its own, whose first event opens its breaker and which holds those after it.</summary>
internal sealed class HoldingProcess : IDisposable
{
    private const string Program = "HaptiTalk.Messaging.Resilience.HoldingHost";

    private readonly Process _process;

    private HoldingProcess(Process process) => _process = process;

    public static async Task<HoldingProcess> StartAsync(VirtualHost host, string queue, ushort prefetch, bool quorum)
    {
        var process = new HoldingProcess(Process.Start(new ProcessStartInfo(
            "dotnet",
            ["exec", Built(Program), host.Address.ToString(), queue, prefetch.ToString(CultureInfo.InvariantCulture), quorum ? "quorum" : "classic"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
        await process.SaysAsync("ready");
        return process;
    }

    /// <summary>Ends when the process has said so.</summary>
    public async Task SaysAsync(string line) =>
        (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe(line);

    /// <summary>SIGKILL: no goodbye to the broker. Returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    /// <summary>A program in its own project's output, of the same configuration as these tests'.</summary>
    public static string Built(string program)
    {
        DirectoryInfo output = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        DirectoryInfo tests = output.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(tests.FullName, program, "bin", output.Parent.Name, output.Name, $"{program}.dll");
    }
}
