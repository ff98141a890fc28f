using System.Diagnostics;
using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.DeadLetters;

/// <summary>A replay in a process of its own that is killed on the way, again and again: nothing is lost.</summary>
public sealed class ReplayKillTests(BrokerFixture fixture)
{
    private const string Program = "HaptiTalk.Messaging.Resilience.ReplayHost";
    private const int Messages = 20_000;
    private const int Kills = 10;
    private const int Window = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Kill_TenTimesAtRandomPoints_LosesNothingAndDoublesAtMostTheWindow(string type)
    {
        await using DeadLetterBroker broker = await DeadLetterBroker.CreateAsync(fixture);
        await broker.DeclareAsync("q", type);
        await broker.DeclareAsync("q_error", type);
        await broker.FillAsync("q_error", Messages);
        // Random points, each in its own tenth, so that every kill meets a replay that has something to do.
        long[] points = [.. Enumerable.Range(0, Kills).Select(kill => (Messages / Kills * kill) + Random.Shared.NextInt64(1, Messages / Kills))];

        foreach (long point in points)
        {
            using Process replay = Start(broker);
            await Until.TrueAsync(async () => replay.HasExited || await broker.CountAsync("q") >= point);
            replay.Kill();
            await replay.WaitForExitAsync(Token);
        }

        using (Process last = Start(broker))
        {
            (await last.StandardOutput.ReadLineAsync(Token)).ShouldBe("ready");
            (await last.StandardOutput.ReadLineAsync(Token))!.ShouldStartWith("Completed ");
            last.StandardInput.Close();
            await last.WaitForExitAsync(Token);
        }

        (await broker.CountAsync("q_error")).ShouldBe(0);
        Dictionary<string, int> copies = (await broker.TakeAllAsync("q")).GroupBy(message => message.Text, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        copies.Keys.ShouldBe(Enumerable.Range(1, Messages).Select(number => number.ToString(CultureInfo.InvariantCulture)), ignoreOrder: true);
        int duplicates = copies.Values.Sum() - Messages;
        TestContext.Current.SendDiagnosticMessage($"{type}: {duplicates} duplicates after {Kills} kills");
        duplicates.ShouldBeLessThanOrEqualTo(Kills * Window);
    }

    private static Process Start(DeadLetterBroker broker) => Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", BuiltProgram(), broker.Host.Address.ToString(), "q_error", Window.ToString(CultureInfo.InvariantCulture)])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;

    // In its own project's output, of the same configuration as these tests'.
    private static string BuiltProgram()
    {
        DirectoryInfo output = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        DirectoryInfo tests = output.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(tests.FullName, Program, "bin", output.Parent.Name, output.Name, $"{Program}.dll");
    }
}
