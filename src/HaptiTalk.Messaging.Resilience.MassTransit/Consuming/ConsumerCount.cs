namespace HaptiTalk.Messaging.Resilience;

/// <summary>How many instances consume a queue, as the broker says.</summary>
internal sealed class ConsumerCount(TimeProvider clock)
{
    // A circuit that opens and closes all the time begins a watch each time: the broker is not to be asked as often.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(150);

    private volatile Count? _latest;

    /// <summary>Asks the broker; null where it does not say.</summary>
    public async Task<uint?> NowAsync(BrokerWatch broker, QueueConsumer? consumer, CancellationToken cancellationToken)
    {
        uint? consumers = consumer is null ? null : await broker.ConsumersOfAsync(consumer.Queue, cancellationToken).ConfigureAwait(false);
        _latest = new(consumers, clock.GetTimestamp());
        return consumers;
    }

    /// <summary>The same, or what it said a moment ago.</summary>
    public async Task<uint?> LatelyAsync(BrokerWatch broker, QueueConsumer? consumer, CancellationToken cancellationToken) =>
        _latest is { } latest && clock.GetElapsedTime(latest.At) < Fresh
            ? latest.Consumers
            : await NowAsync(broker, consumer, cancellationToken).ConfigureAwait(false);

    /// <summary>What it said holds no longer.</summary>
    public void Forget() => _latest = null;

    private sealed record Count(uint? Consumers, long At);
}
