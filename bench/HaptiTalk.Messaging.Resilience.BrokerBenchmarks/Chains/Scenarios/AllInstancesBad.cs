using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>No instance is left that is well: callers must be told at once.</summary>
internal sealed class AllInstancesBad : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:inventory:Timeout:DefaultTimeout"] = "00:00:04",
    };

    public override string Name => "all instances bad";

    public override string What => "two instances, both throw at once; 200 requests from 5 s on";

    public override string Shown => "{refused:P0} are refused, 99 of 100 of them within {p99:0} ms";

    public override string Why => "Somebody has to refuse where nobody can answer.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        InstanceSettings bad = Service(Profiles, "inventory", new ConsumerSettings(nameof(ReserveStock)) { IsBroken = true });
        await using Site site = await Site.StartAsync(broker, cancellationToken, PersistentCaller(Profiles, "inventory"), bad, bad);
        await site.WarmUpAsync(nameof(ReserveStock), cancellationToken);
        await site.Caller.LoadAsync(new(nameof(ReserveStock), PerSecond: 40, TimeSpan.FromSeconds(5)), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(ReserveStock), PerSecond: 40, TimeSpan.FromSeconds(5)), cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["refused"] = load.ShareOf(nameof(CircuitOpenRejectedException)),
            ["p99"] = load.P99FailedMilliseconds,
        };
    }
}
