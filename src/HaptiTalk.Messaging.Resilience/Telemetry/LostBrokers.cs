using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The brokers of this process that no message can be sent to.</summary>
internal sealed class LostBrokers(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, LostBroker> _brokers = new(StringComparer.Ordinal);

    public IReadOnlyList<LostBroker> All => [.. _brokers.Values.OrderBy(broker => broker.Broker, StringComparer.Ordinal)];

    public void Add(string broker, string reason) => _brokers[broker] = new(broker, clock.GetUtcNow(), reason);

    /// <summary>It is lost for another reason than first noticed.</summary>
    public void Change(string broker, DateTimeOffset since, string reason) => _brokers[broker] = new(broker, since, reason);

    public void Remove(string broker) => _brokers.TryRemove(broker, out _);
}
