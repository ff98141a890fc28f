namespace HaptiTalk.Messaging.Resilience;

/// <summary>How fast queues grow: over a time that the asker chooses, and whoever else has asked meanwhile.</summary>
internal sealed class GrowthHistory(TimeProvider time)
{
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    // An answer is over no more than so many times as long as was asked for, or ten minutes.
    private const int Stretch = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<(long At, long Messages)>> _counts = new(StringComparer.Ordinal);

    /// <summary>Notes a count.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="messages">What is in it now.</param>
    /// <param name="over">How far to look back at least.</param>
    /// <returns>How many messages more per minute than then; null when nobody counted at about that time.</returns>
    public double? Add(string queue, long messages, TimeSpan over)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_counts.TryGetValue(queue, out List<(long At, long Messages)>? counts))
                _counts[queue] = counts = [];
            int then = counts.FindLastIndex(count => time.GetElapsedTime(count.At, now) >= over);
            double? growth = null;
            if (then >= 0 && time.GetElapsedTime(counts[then].At, now) is { Ticks: > 0 } passed && (passed <= Longest || passed <= over * Stretch))
                growth = (messages - counts[then].Messages) / passed.TotalMinutes;
            if (counts.Count > 1)
                counts.RemoveRange(0, counts.FindIndex(count => count == counts[^1] || time.GetElapsedTime(count.At, now) <= Longest));
            // Of the counts of a short time only the latest is kept, so that asking often does not cost more.
            if (counts.Count > 1 && time.GetElapsedTime(counts[^2].At, now) < Spacing)
                counts.RemoveAt(counts.Count - 1);
            counts.Add((now, messages));
            return growth;
        }
    }

    /// <summary>Forgets the queues that nobody has counted for a day: most of them are gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            foreach (string gone in _counts.Where(queue => time.GetElapsedTime(queue.Value[^1].At) > Remembered).Select(static queue => queue.Key).ToList())
                _counts.Remove(gone);
        }
    }
}
