using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What becomes of requests.</summary>
internal sealed class BadInstanceRequests(ushort prefetch, bool isQuorum) : BadInstance(prefetch, isQuorum, nameof(ReserveStock))
{
    public override string Name => $"bad instance, requests, {Queue}";

    public override string What => $"two instances, one throws at once; 600 requests from 5 s on; {Queue}";

    public override string Shown => "{succeeded:P1} succeed";

    public override string Why => "The open instance went on taking requests, and refuses them faster than the well one works.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(broker, cancellationToken, Instances());
        await site.WarmUpAsync(nameof(ReserveStock), cancellationToken);
        await site.Caller.LoadAsync(new(nameof(ReserveStock), PerSecond, Until), cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(ReserveStock), PerSecond, Measured), cancellationToken);
        return new(StringComparer.Ordinal) { ["succeeded"] = load.SucceededShare };
    }
}
