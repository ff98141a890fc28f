using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>A profile as it is shipped, where it is shipped for, with nothing written.</summary>
internal sealed class ShippedProfile : Scenario
{
    private const string Production = "Production";

    private static readonly Dictionary<string, string> Profiles = [];
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(800);

    public override string Name => "shipped profile in Production";

    public override string What => $"the shipped `user` profile in Production (3 s); its consumer takes {Milliseconds(Work)} ms";

    public override string Shown => "{succeeded:P0} of the calls succeed; {runs:0.0} runs a call";

    public override string Why => "An attempt had half of the 3 s on the client, and half of that on the consumer.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(
            broker,
            cancellationToken,
            Caller(Profiles) with { Environment = Production },
            Service(Profiles, "user", new ConsumerSettings(nameof(GetUserProfile)) { Work = Work }) with { Environment = Production });
        await site.WarmUpAsync(nameof(GetUserProfile), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(GetUserProfile), PerSecond: 5, TimeSpan.FromSeconds(6)), cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        return new(StringComparer.Ordinal)
        {
            ["succeeded"] = load.SucceededShare,
            ["runs"] = report.RunsPerCall(nameof(GetUserProfile), load),
        };
    }
}
