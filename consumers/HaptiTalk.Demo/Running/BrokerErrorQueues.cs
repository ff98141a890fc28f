using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Demo;

/// <summary>Asks the broker. What lay there before the act began is not the act's doing.</summary>
internal sealed class BrokerErrorQueues(IDeadLetterInspector inspector, IReadOnlyCollection<string> queues) : IErrorQueues
{
    private Dictionary<string, long> _before = [];

    public async Task BeginAsync(CancellationToken cancellationToken) => _before = await ReadAsync(cancellationToken);

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken))
            .Select(queue => (queue.Key, Value: queue.Value - _before.GetValueOrDefault(queue.Key)))
            .Where(queue => queue.Value > 0)
            .ToDictionary(queue => queue.Key, queue => queue.Value, StringComparer.Ordinal);

    private async Task<Dictionary<string, long>> ReadAsync(CancellationToken cancellationToken) =>
        (await inspector.CountAsync([.. queues.Select(queue => queue + "_error")], cancellationToken))
            .ToDictionary(count => count.Queue, count => count.Messages ?? 0, StringComparer.Ordinal);
}
