using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>A caller at ten times what the service can do, whose process stands still again and again.</summary>
internal sealed class PausedCaller : Scenario
{
    // Ten times of what it can do must be little for the machine that runs caller, service and broker.
    private const int Concurrency = 3;
    private const int Factor = 10;
    private const int Pauses = 10;

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly double Capacity = Concurrency / Work.TotalSeconds;

    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:inventory:Timeout:DefaultTimeout"] = Total.ToString(),
        ["Profiles:inventory:Bulkhead:MaxConcurrentCalls"] = Concurrency.ToString(CultureInfo.InvariantCulture),
    };

    // The calling service stands for many: what they call together is not bounded by the bulkhead of one.
    private static readonly Dictionary<string, string> Calling = new(Profiles, StringComparer.Ordinal)
    {
        ["Profiles:inventory:Bulkhead:MaxConcurrentCalls"] = "100000",
    };

    public override string Name => "paused caller";

    public override string What => "the caller's process is stopped for 1.2 s, ten times, at ten times what the service can do; calls may take 1 s";

    public override string Shown => "goodput outside of the pauses {goodput:P0} of capacity; circuits opened {opened:0} times";

    public override string Why => "The caller's own pause was counted against the service, and so was what began too late at the service.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(
            broker, cancellationToken, Caller(Calling), Service(Profiles, "inventory", new ConsumerSettings(nameof(ReserveStock)) { Work = Work }));
        await site.WarmUpAsync(nameof(ReserveStock), cancellationToken);
        // What only an overload runs is compiled before it counts.
        foreach (double share in (double[])[0.8, 2, 5, 10])
            await site.Caller.LoadAsync(new(nameof(ReserveStock), Capacity * share, TimeSpan.FromSeconds(3)), cancellationToken);
        TimeSpan running = Between * (Pauses + 1);
        Task<LoadResult> load = site.Caller.LoadAsync(
            new(nameof(ReserveStock), Capacity * Factor, running + Pause * Pauses) { InTime = Total }, cancellationToken);
        for (int pause = 0; pause < Pauses; pause++)
        {
            await Task.Delay(Between, TimeProvider.System, cancellationToken);
            await site.Caller.PauseAsync(Pause, cancellationToken);
        }

        LoadResult result = await load;
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["goodput"] = result.Succeeded / (Capacity * running.TotalSeconds),
            ["opened"] = report.CircuitsOpened,
        };
    }
}
