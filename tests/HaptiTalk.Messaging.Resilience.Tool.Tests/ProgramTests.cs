using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

/// <summary>The program as it is run.</summary>
public sealed class ProgramTests(BrokerFixture broker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Main_UnknownCommand_EndsWith2()
    {
        using ToolProcess tool = ToolProcess.Start(broker, broker.Address, "dance");

        (await tool.EndAsync()).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Main_ExportToAPipeAndImportFromOne_MovesWhatWasMeant()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);
        await host.DeclareAsync("other_error");

        using ToolProcess export = ToolProcess.Start(broker, host.Address, "dead-letters", "export", "user_error", "-", "--exception", "TimeoutException", "--drain");
        Run exported = await export.EndAsync();
        using ToolProcess import = ToolProcess.Start(broker, host.Address, "dead-letters", "import", "-", "other_error", "--json");
        Run imported = await import.EndAsync(exported.Output);

        exported.Code.ShouldBe(0, exported.Error);
        imported.Code.ShouldBe(0, imported.Error);
        imported.Json.GetProperty("imported").GetInt64().ShouldBe(2);
        (await host.CountAsync("user_error")).ShouldBe(1);
        (await host.CountAsync("other_error")).ShouldBe(2);
    }

    [Fact]
    public async Task Main_PasswordAndImportFromOneInput_ImportsEveryLine()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);
        await host.DeclareAsync("other_error");
        using ToolProcess export = ToolProcess.Start(broker, host.Address, "dead-letters", "export", "user_error", "-");
        Run exported = await export.EndAsync();
        string[] credentials = Uri.UnescapeDataString(host.Address.UserInfo).Split(':');
        UriBuilder withoutPassword = new(host.Address) { Password = "" };

        using ToolProcess import = ToolProcess.Start(
            broker, withoutPassword.Uri, "dead-letters", "import", "-", "other_error", "--password-stdin", "--json");
        Run imported = await import.EndAsync($"{credentials[1]}\n{exported.Output}");

        imported.Code.ShouldBe(0, imported.Error);
        imported.Json.GetProperty("imported").GetInt64().ShouldBe(3);
        (await host.CountAsync("other_error")).ShouldBe(3);
    }

    [Fact]
    public async Task Main_CtrlC_StopsAReplayAndReportsIt()
    {
        await using DeadLetterHost host = await DeadLetterHost.CreateAsync(broker, failures: 3);

        // Nobody consumes the first batch, so that it is waited for.
        using ToolProcess tool = ToolProcess.Start(broker, host.Address, "dead-letters", "replay", "user_error", "--yes", "--batches", "1", "--json");
        await host.WaitForAsync("user", messages: 1);
        await tool.InterruptAsync();
        Run run = await tool.EndAsync();

        run.Code.ShouldBe(130, run.Error);
        run.Json.GetProperty("stop").GetString().ShouldBe("cancelled");
        run.Json.GetProperty("outcomes").GetProperty("replayed").GetInt64().ShouldBe(1);
        (await host.CountAsync("user_error")).ShouldBe(2);
    }

    /// <summary>The tool in a process of its own, with the broker in its environment.</summary>
    private sealed class ToolProcess : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _output;
        private readonly Task<string> _error;

        private ToolProcess(Process process)
        {
            _process = process;
            _output = process.StandardOutput.ReadToEndAsync(Token);
            _error = process.StandardError.ReadToEndAsync(Token);
        }

        public static ToolProcess Start(BrokerFixture broker, Uri address, params string[] arguments)
        {
            string program = Path.Combine(AppContext.BaseDirectory, "haptitalk-resilience.dll");
            ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["HAPTITALK_BROKER"] = address.ToString(), ["HAPTITALK_MANAGEMENT"] = broker.Management.ToString() },
            };
            return new(Process.Start(start).ShouldNotBeNull());
        }

        public async Task InterruptAsync()
        {
            using Process kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
            await kill.WaitForExitAsync(Token);
            kill.ExitCode.ShouldBe(0);
        }

        public async Task<Run> EndAsync(string input = "")
        {
            await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(Token);
            return new(_process.ExitCode, await _output, await _error);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
