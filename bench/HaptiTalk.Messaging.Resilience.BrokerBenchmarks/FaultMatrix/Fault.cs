using HaptiTalk.Messaging.Resilience.Brokers;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>One way for a broker to be away.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="BeginAsync">Takes the broker away.</param>
/// <param name="EndAsync">Brings it back; returns when it answers.</param>
internal sealed record Fault(string Name, Func<FaultSite, CancellationToken, Task> BeginAsync, Func<FaultSite, CancellationToken, Task> EndAsync)
{
    /// <summary>It is away before the services start.</summary>
    public bool IsBeforeStart { get; init; }

    /// <summary>It is over as soon as it can be.</summary>
    public bool IsBrief { get; init; }

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("absent at start", Kill, Start) { IsBeforeStart = true },
        new("kill -9", Kill, Start),
        new("SIGSTOP", static (site, token) => site.Broker.FreezeAsync(token), static (site, token) => site.Broker.ThawAsync(token)),
        new("restart", Kill, Start) { IsBrief = true },
        new("blocked (alarm)", static (site, token) => site.Broker.BlockAsync(token), static (site, token) => site.Broker.UnblockAsync(token)),
        new("black hole", static (site, token) => site.Network.SilenceAsync(token), static (site, _) => site.Network.HealAsync()),
    ];

    private static Task Kill(FaultSite site, CancellationToken cancellationToken) => site.Broker.KillAsync(cancellationToken);

    private static Task Start(FaultSite site, CancellationToken cancellationToken) => site.Broker.StartAsync(cancellationToken);
}

/// <summary>The broker, and the network between it and the calling service.</summary>
internal sealed record FaultSite(BrokerFixture Broker, NetworkLink Network);
