using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.Tool.Tests;

public sealed class ProgramTests(BrokerFixture broker)
{
    [Fact]
    public async Task Main_BrokerInTheEnvironment_AsksItAndEndsWith0()
    {
        (int code, string output) = await StartAsync(broker.Address, "dead-letters", "count", $"{Guid.NewGuid():N}_error", "--json");

        code.ShouldBe(0, output);
        output.ShouldContain("\"exists\":false");
    }

    [Fact]
    public async Task Main_UnknownCommand_EndsWith2()
    {
        (int code, _) = await StartAsync(broker.Address, "dance");

        code.ShouldBe(2);
    }

    private static async Task<(int Code, string Output)> StartAsync(Uri environmentBroker, params string[] arguments)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string program = Path.Combine(AppContext.BaseDirectory, "haptitalk-resilience.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HAPTITALK_BROKER"] = environmentBroker.ToString() },
        };
        using Process process = Process.Start(start).ShouldNotBeNull();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
