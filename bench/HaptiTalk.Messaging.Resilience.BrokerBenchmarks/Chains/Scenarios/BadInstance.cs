namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Two instances of one service on one queue, one of which fails at once, whatever comes.</summary>
internal abstract class BadInstance(ushort prefetch, bool isQuorum, string message) : Scenario
{
    // What the well one alone can do, one message at a time.
    protected const double PerSecond = 50;

    protected static readonly Dictionary<string, string> Profiles = new(StringComparer.Ordinal)
    {
        ["Profiles:inventory:Timeout:DefaultTimeout"] = "00:00:04",
    };

    protected static readonly TimeSpan Until = TimeSpan.FromSeconds(5);
    protected static readonly TimeSpan Measured = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(5);

    protected string Queue => $"{(isQuorum ? "quorum" : "classic")} queue, prefetch {prefetch}";

    protected InstanceSettings[] Instances() => [PersistentCaller(Profiles, "inventory"), Instance(isBroken: false), Instance(isBroken: true)];

    private InstanceSettings Instance(bool isBroken) =>
        Service(Profiles, "inventory", new ConsumerSettings(message) { Work = Work, IsBroken = isBroken }) with { Prefetch = prefetch, IsQuorum = isQuorum };
}
