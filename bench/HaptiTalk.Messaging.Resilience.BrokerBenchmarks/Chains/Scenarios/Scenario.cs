using System.Globalization;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>One row of the table: services as processes of their own, what happens to them, and what is measured of it.</summary>
internal abstract class Scenario
{
    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new ChainOfThree(TimeSpan.FromMilliseconds(100)),
        new ChainOfThree(TimeSpan.FromMilliseconds(200)),
        new ChainOfThree(TimeSpan.FromMilliseconds(1500)),
        new ShippedProfile(),
        new FiveInARow(),
        .. from isQuorum in new[] { false, true } from prefetch in new ushort[] { 1, 64 } select new BadInstanceRequests(prefetch, isQuorum),
        .. from isQuorum in new[] { false, true } from prefetch in new ushort[] { 1, 64 } select new BadInstanceEvents(prefetch, isQuorum),
        new AllInstancesBad(),
        new Poison(),
        new IsolatedByHand(),
        new Validation(isIgnored: false),
        new Validation(isIgnored: true),
        new WrittenDefaults(),
        new PausedCaller(),
        new IsolatedBeforeFirstCall(),
    ];

    /// <summary>What the results call it.</summary>
    public abstract string Name { get; }

    /// <summary>What is run, for the table.</summary>
    public abstract string What { get; }

    /// <summary>What came of it, for the table: values by name, each with its format, in braces.</summary>
    public abstract string Shown { get; }

    /// <summary>What decides it.</summary>
    public abstract string Why { get; }

    public abstract Task<Dictionary<string, double>> RunAsync(BrokerFixture broker, CancellationToken cancellationToken);

    /// <summary>One that calls, and nothing else.</summary>
    protected static InstanceSettings Caller(IReadOnlyDictionary<string, string> profiles) => new(profiles);

    /// <summary>One whose own circuit of a service does not open, so that what is seen is what the instances of that service do.</summary>
    protected static InstanceSettings PersistentCaller(IReadOnlyDictionary<string, string> profiles, string service) =>
        new(new Dictionary<string, string>(profiles, StringComparer.Ordinal) { [$"Profiles:{service}:CircuitBreaker:FailureThreshold"] = "1000000" });

    /// <summary>One instance of a service that consumes one type of message.</summary>
    protected static InstanceSettings Service(IReadOnlyDictionary<string, string> profiles, string name, params ConsumerSettings[] consumers) =>
        new(profiles) { Service = name, Consumers = consumers };

    protected static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
