using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Orders asks inventory, and inventory asks payments, whose consumer takes so long and is in time by every setting.</summary>
internal sealed class ChainOfThree(TimeSpan payments) : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:orders:Timeout:DefaultTimeout"] = "00:00:04",
        ["Profiles:inventory:Timeout:DefaultTimeout"] = "00:00:04",
        ["Profiles:payments:Timeout:DefaultTimeout"] = "00:00:02",
    };

    public override string Name => $"chain of three, {Milliseconds(payments)} ms";

    public override string What => $"orders (4 s) asks inventory (4 s) asks payments (2 s), all else default; payments takes {Milliseconds(payments)} ms";

    public override string Shown => "{succeeded:P0} of the calls succeed; {runs:0.0} runs a call at payments";

    public override string Why => "An attempt had half of what was left of the total, on the client and on the consumer again, at every hop.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(
            broker,
            cancellationToken,
            Caller(Profiles),
            Service(Profiles, "orders", new ConsumerSettings(nameof(PlaceOrder)) { Next = nameof(ReserveStock) }),
            Service(Profiles, "inventory", new ConsumerSettings(nameof(ReserveStock)) { Next = nameof(Charge) }),
            Service(Profiles, "payments", new ConsumerSettings(nameof(Charge)) { Work = payments }));
        await site.WarmUpAsync(nameof(PlaceOrder), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(PlaceOrder), PerSecond: 5, TimeSpan.FromSeconds(8)), cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["succeeded"] = load.SucceededShare,
            ["runs"] = report.RunsPerCall(nameof(Charge), load),
        };
    }
}
