using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.RoundTrip;

/// <summary>What is measured beside the others.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="StartAsync">Starts the services; what they are asked takes them no time.</param>
internal sealed record Variant(string Name, Func<BrokerFixture, CancellationToken, Task<LoadSite>> StartAsync)
{
    // More than ever come at once: every policy is passed, none refuses.
    private static readonly LoadSettings Settings = new(TimeSpan.FromSeconds(5), Concurrency: 1_000, Prefetch: 64);

    /// <summary>The one that the others are compared with first.</summary>
    public static IReadOnlyList<Variant> All() =>
    [
        Of(new("MassTransit alone")),
        Of(new MassTransitProtection()),
        Of(new PollyProtection(Settings)),
        Of(new FrameworkProtection("the framework")),
        Of(new FrameworkProtection("the framework, `Requests:Durable = false`", [("Requests:Durable", "false")])),
        new(WolverineSite.Title, static (broker, cancellationToken) => WolverineSite.StartAsync(broker, Settings, cancellationToken)),
    ];

    /// <param name="texts">Of which a name has to contain one; none for all.</param>
    /// <returns>These, behind the one that they are compared with.</returns>
    public static IReadOnlyList<Variant> Only(IReadOnlyCollection<string> texts) =>
        [.. All().Where((variant, index) => index == 0 || texts.Count == 0 || texts.Any(variant.IsNamed))];

    public bool IsNamed(string text) => Name.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static Variant Of(Protection protection) => new(protection.Name, (broker, cancellationToken) =>
        MassTransitSite.StartAsync(broker, protection, Settings, static (_, _) => Task.CompletedTask, cancellationToken));
}
