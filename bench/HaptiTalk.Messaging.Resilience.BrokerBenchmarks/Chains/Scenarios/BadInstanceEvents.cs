using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>What becomes of events.</summary>
internal sealed class BadInstanceEvents(ushort prefetch, bool isQuorum) : BadInstance(prefetch, isQuorum, nameof(StockCounted))
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public override string Name => $"bad instance, events, {Queue}";

    public override string What => $"the same with 600 events; {Queue}";

    public override string Shown => "{consumed:P1} are consumed 5 s after the last; of all events {errors:0} are in `_error`, and {waiting:0} wait";

    public override string Why => "The open instance held as many events as its prefetch allows.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        await using Site site = await Site.StartAsync(broker, cancellationToken, Instances());
        LoadResult before = await site.Caller.LoadAsync(new(nameof(StockCounted), PerSecond, Until) { IsPublished = true }, cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(StockCounted), PerSecond, Measured) { IsPublished = true }, cancellationToken);
        await Task.Delay(Rest, TimeProvider.System, cancellationToken);
        SiteReport report = await site.ReportAsync(cancellationToken);
        uint errors = await site.CountErrorsAsync(["inventory"], cancellationToken);
        int consumed = report.Completed(nameof(StockCounted), load);
        return new(StringComparer.Ordinal)
        {
            ["consumed"] = (double)consumed / load.Calls,
            ["errors"] = errors,
            ["waiting"] = before.Calls + load.Calls - report.Completed(nameof(StockCounted), before) - consumed - errors,
        };
    }
}
