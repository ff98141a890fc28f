using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Events that nobody can consume, in the queue of a service that also answers requests.</summary>
internal sealed class Poison : Scenario
{
    private const int Events = 60;

    private static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:inventory:Timeout:DefaultTimeout"] = "00:00:04",
    };

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public override string Name => "poison";

    public override string What => "60 events that always fail, in the queue of a service that also answers `ReserveStock`, on two instances";

    public override string Shown => "{succeeded:P0} of 100 requests are answered; after {seconds:0} s {left:0} of the events are not in `_error`";

    public override string Why => "Events and requests of a service shared one circuit, and each of its probes was poison again.";

    public override async Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken)
    {
        InstanceSettings instance = Service(
            Profiles,
            "inventory",
            new ConsumerSettings(nameof(ReserveStock)) { Work = TimeSpan.FromMilliseconds(5) },
            new ConsumerSettings(nameof(StockCounted)));
        await using Site site = await Site.StartAsync(broker, cancellationToken, Caller(Profiles), instance, instance);
        await site.WarmUpAsync(nameof(ReserveStock), cancellationToken);
        long began = TimeProvider.System.GetTimestamp();
        await site.Caller.LoadAsync(
            new(nameof(StockCounted), Events, TimeSpan.FromSeconds(1)) { IsPublished = true, IsBad = true }, cancellationToken);
        uint failed = 0;
        Task<bool> drained = Site.WaitAsync(
            async () => (failed = await site.CountErrorsAsync(["inventory"], cancellationToken)) >= Events, Limit, cancellationToken);
        // What was refused before the poison had failed for the first times says nothing.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellationToken);
        LoadResult load = await site.Caller.LoadAsync(new(nameof(ReserveStock), PerSecond: 10, TimeSpan.FromSeconds(10)), cancellationToken);
        await drained;
        return new(StringComparer.Ordinal)
        {
            ["succeeded"] = load.SucceededShare,
            ["seconds"] = TimeProvider.System.GetElapsedTime(began).TotalSeconds,
            ["left"] = Events - failed,
        };
    }
}
