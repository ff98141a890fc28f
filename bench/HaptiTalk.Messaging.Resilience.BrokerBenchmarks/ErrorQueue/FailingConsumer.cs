using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.ErrorQueue;

/// <summary>Fails everything until it is healed, and counts.</summary>
internal sealed class FailingConsumer
{
    private readonly ConcurrentDictionary<int, int> _consumed = new();
    private volatile bool _isHealed;
    private int _failedRuns;
    private long _lastConsumedAt;

    public int FailedRuns => Volatile.Read(ref _failedRuns);

    /// <summary>How often each event was consumed.</summary>
    public IReadOnlyDictionary<int, int> Consumed => _consumed;

    public long LastConsumedAt => Volatile.Read(ref _lastConsumedAt);

    public void Heal() => _isHealed = true;

    public Task ConsumeAsync(ConsumeContext<NumberedEvent> context)
    {
        if (!_isHealed)
        {
            Interlocked.Increment(ref _failedRuns);
            throw new InvalidOperationException("The dependency is down.");
        }

        _consumed.AddOrUpdate(context.Message.Number, 1, static (_, times) => times + 1);
        Volatile.Write(ref _lastConsumedAt, Stopwatch.GetTimestamp());
        return Task.CompletedTask;
    }
}
