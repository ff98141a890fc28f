namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>How many instances consume a queue, as the broker says.</summary>
internal sealed class ConsumerCount(TimeProvider clock)
{
    // A circuit that opens and closes all the time begins a watch each time: the broker is not to be asked as often.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(150);

    private volatile Count? _latest;

    /// <summary>Asks the broker; null where it does not say.</summary>
    public async Task<int?> NowAsync(IQueueConsumer? consumer, CancellationToken cancellationToken)
    {
        int? consumers = consumer is null ? null : await consumer.CountAsync(cancellationToken).ConfigureAwait(false);
        _latest = new(consumers, clock.GetTimestamp());
        return consumers;
    }

    /// <summary>The same, or what it said a moment ago.</summary>
    public async Task<int?> LatelyAsync(IQueueConsumer? consumer, CancellationToken cancellationToken) =>
        _latest is { } latest && clock.GetElapsedTime(latest.At) < Fresh
            ? latest.Consumers
            : await NowAsync(consumer, cancellationToken).ConfigureAwait(false);

    /// <summary>What it said holds no longer.</summary>
    public void Forget() => _latest = null;

    private sealed record Count(int? Consumers, long At);
}
