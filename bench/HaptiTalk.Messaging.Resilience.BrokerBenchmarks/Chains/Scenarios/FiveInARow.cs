using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Five services, each of which works for a part of the first one's time and then asks the next.</summary>
internal sealed class FiveInARow : Scenario
{
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Work = Total * 0.15;

    private static readonly (string Service, string Message)[] Chain =
    [
        ("checkout", nameof(Checkout)), ("orders", nameof(PlaceOrder)), ("inventory", nameof(ReserveStock)),
        ("payments", nameof(Charge)), ("ledger", nameof(Book)),
    ];

    private static readonly Dictionary<string, string> Profiles = Chain.ToDictionary(
        static link => $"Profiles:{link.Service}:Timeout:DefaultTimeout", static _ => Total.ToString(), StringComparer.Ordinal);

    public override string Name => "five in a row";

    public override string What => "five services in a row, 4 s each; each consumer works for 15 % of that and then asks the next";

    public override string Shown => "{succeeded:P0} of the calls succeed; at most {runs:0.0} runs a call, at one of the five";

    public override string Why => "The same: of half at every hop and on every side, little is left for a fifth service.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        IEnumerable<InstanceSettings> services = Chain.Select(static (link, index) => Service(
            Profiles,
            link.Service,
            new ConsumerSettings(link.Message) { Work = Work, Next = index + 1 < Chain.Length ? Chain[index + 1].Message : null }));
        await using Site site = await Site.StartAsync(broker, cancellationToken, [Caller(Profiles), .. services]);
        await site.WarmUpAsync(nameof(Checkout), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(Checkout), PerSecond: 3, TimeSpan.FromSeconds(8)), cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["succeeded"] = load.SucceededShare,
            ["runs"] = Chain.Select(link => report.RunsPerCall(link.Message, load)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max(),
        };
    }
}
