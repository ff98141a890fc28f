using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>The last of a chain refuses because an operator said so.</summary>
internal sealed class IsolatedByHand : Scenario
{
    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:orders:Timeout:DefaultTimeout"] = "00:00:04",
        ["Profiles:inventory:Timeout:DefaultTimeout"] = "00:00:04",
        ["Profiles:payments:Timeout:DefaultTimeout"] = "00:00:04",
    };

    public override string Name => "isolated by hand";

    public override string What => "payments isolated by hand; 200 calls of orders, which asks inventory, which asks payments";

    public override string Shown => "callers get {gets}; circuits count {failures:0} failures; {errors:0} copies in `_error`";

    public override string Why => "A refusal that a consumer got left it as a failure.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(
            broker,
            cancellationToken,
            Caller(Profiles),
            Service(Profiles, "orders", new ConsumerSettings(nameof(PlaceOrder)) { Next = nameof(ReserveStock) }),
            Service(Profiles, "inventory", new ConsumerSettings(nameof(ReserveStock)) { Next = nameof(Charge) }),
            Service(Profiles, "payments", new ConsumerSettings(nameof(Charge))));
        await site.WarmUpAsync(nameof(PlaceOrder), cancellationToken);
        await site.Last.IsolateAsync(new ControlTarget("payments", ResilienceSide.Consumer), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(PlaceOrder), PerSecond: 20, TimeSpan.FromSeconds(10)), cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(load.Outcomes.ToDictionary(static outcome => $"gets {outcome.Key}", outcome => (double)outcome.Value / load.Calls), StringComparer.Ordinal)
        {
            ["failures"] = report.BreakerFailures,
            ["errors"] = await site.CountErrorsAsync(["orders", "inventory", "payments"], cancellationToken),
        };
    }
}
