using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.TimedOut;

/// <summary><c>timed-out</c>: many requests at once that nobody answers, with MassTransit alone and with the framework.</summary>
internal static class TimedOutCommand
{
    private const int Calls = 1000;
    private const int Rounds = 13;
    private const int WarmUps = 2;
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        Option<FileInfo?> json = new("--json") { Description = "A file for every figure, with the machine, the versions and the commit.", HelpName = "FILE" };
        var command = new Command(
            "timed-out",
            $"{Calls:#,0} requests at once that nobody answers within {Total.TotalSeconds:0} s: what they allocate, and how late the last one ends.")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo? json, CancellationToken cancellationToken)
    {
        // Sides take turns, so that both meet the same noise.
        var bare = new List<TimedOutRound>();
        var resilient = new List<TimedOutRound>();
        using IHost bareHost = await StartAsync(isProtected: false, cancellationToken);
        using IHost resilientHost = await StartAsync(isProtected: true, cancellationToken);
        for (int round = 0; round < WarmUps + Rounds; round++)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} round {round + 1} of {WarmUps + Rounds}"));
            bare.Add(await TimedOutRound.RunAsync(bareHost.Services, Calls, Total, cancellationToken));
            resilient.Add(await TimedOutRound.RunAsync(resilientHost.Services, Calls, Total, cancellationToken));
        }

        var report = new TimedOutReport(
            Machine.This(), Calls, Total.TotalMilliseconds, TimedOutFigures.Of(bare[WarmUps..]), TimedOutFigures.Of(resilient[WarmUps..]));
        await Console.Out.WriteLineAsync(TimedOutReport.Header);
        await Console.Out.WriteLineAsync(report.MassTransitAlone.RowOf("MassTransit alone"));
        await Console.Out.WriteLineAsync(report.WithTheFramework.RowOf("With the framework"));
        if (json is not null)
            await File.WriteAllTextAsync(json.FullName, JsonSerializer.Serialize(report, TimedOutJson.Default.TimedOutReport) + "\n", cancellationToken);
        await resilientHost.StopAsync(cancellationToken);
        await bareHost.StopAsync(cancellationToken);
        return 0;
    }

    private static async Task<IHost> StartAsync(bool isProtected, CancellationToken cancellationToken)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Resilience:Messages:Unanswered"] = "user",
            ["Resilience:Profiles:user:Timeout:DefaultTimeout"] = $"{Total:c}",
            ["Resilience:Profiles:user:Retry:MaxRetries"] = "0",
            ["Resilience:Profiles:user:CircuitBreaker:FailureThreshold"] = "1000000",
            ["Resilience:Profiles:user:Bulkhead:MaxConcurrentCalls"] = "100000",
        });
        if (isProtected)
            builder.Services.AddMessagingResilience(builder.Configuration);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddRequestClient<Unanswered>(timeout: RequestTimeout.After(ms: (int)Total.TotalMilliseconds));
            if (isProtected)
                bus.AddMessagingResilience();
            bus.UsingInMemory(static (context, memory) => memory.ConfigureEndpoints(context));
        });
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }
}

/// <summary>A request that no consumer takes.</summary>
public sealed record Unanswered(int Number);
