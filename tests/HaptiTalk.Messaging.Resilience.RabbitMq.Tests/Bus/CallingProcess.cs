using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A caller in a process of its own, which can be stopped without knowing of it.</summary>
internal sealed class CallingProcess : IDisposable
{
    private const string Program = "HaptiTalk.Messaging.Resilience.CallingHost";

    private const int Looks = 1200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;

    private CallingProcess(Process process) => _process = process;

    public static async Task<CallingProcess> StartAsync(VirtualHost host, int perSecond)
    {
        var caller = new CallingProcess(Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", HoldingProcess.Built(Program), host.Address.ToString(), perSecond.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
        (await caller.NextLineAsync()).ShouldBe("ready");
        return caller;
    }

    /// <summary>How its calls have ended so far.</summary>
    public async Task<(long Answered, long TimedOut, long Opened)> CountAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        long[] counts = [.. (await NextLineAsync())!.Split(' ').Select(static count => long.Parse(count, CultureInfo.InvariantCulture))];
        return (counts[0], counts[1], counts[2]);
    }

    /// <summary>Ends when so many more of its calls have been answered.</summary>
    public async Task AnsweredAsync(long more)
    {
        long enough = (await CountAsync()).Answered + more;
        for (int look = 0; (await CountAsync()).Answered < enough; look++)
        {
            look.ShouldBeLessThan(Looks, "its calls are not answered");
            await Task.Delay(BetweenLooks, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>SIGSTOP, and after that time SIGCONT.</summary>
    public async Task StandStillAsync(TimeSpan time)
    {
        await SignalAsync("-STOP");
        await Task.Delay(time, TimeProvider.System, TestContext.Current.CancellationToken);
        await SignalAsync("-CONT");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task<string?> NextLineAsync() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        kill.ExitCode.ShouldBe(0);
    }
}
