namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps what was read, so that looking again does not read again. Dead letters are added at the end of a queue: what was read from
/// the head holds as long as the queue has not become shorter and nobody replays or discards here.
/// </summary>
internal sealed class PeekCache(TimeProvider time, TimeSpan keepFor, long maxBytes)
{
    // What is kept beside the messages: the entry, names, the question.
    private const int Overhead = 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = [];
    private long _bytes;

    public static PeekCache None(TimeProvider time) => new(time, TimeSpan.Zero, 0);

    /// <returns>What is kept of a page, if that is all that the queue has of it now.</returns>
    public DeadLetterPage? Page(string queue, long depth, DeadLetterPeekOptions options)
    {
        lock (_lock)
        {
            Expire(queue, depth);
            long end = Math.Min((long)options.Skip + options.Take, depth);
            Entry? kept = _entries.FirstOrDefault(entry => entry.Page is { } page
                && page.Queue == queue
                && entry.Skip <= options.Skip
                && entry.Skip + page.Messages.Count >= end
                && entry.MaxBodyBytes >= options.MaxBodyBytes);
            return kept?.Page is { } found
                ? found with { IsFromCache = true, Depth = depth, Messages = [.. found.Messages.Skip(options.Skip - kept.Skip).Take(options.Take)] }
                : null;
        }
    }

    /// <returns>A message that was read whole.</returns>
    public DeadLetter? Whole(string queue, long depth, string id)
    {
        lock (_lock)
        {
            Expire(queue, depth);
            return _entries.Where(entry => entry.Queue == queue && entry.Page is not null)
                .SelectMany(static entry => entry.Page!.Messages)
                .FirstOrDefault(letter => letter.IsBodyComplete && (letter.Id == id || letter.MessageId == id));
        }
    }

    /// <returns>The summary for the same question, if the queue is as it was.</returns>
    public DeadLetterSummary? Summary(string queue, long depth, string question)
    {
        lock (_lock)
        {
            Expire(queue, depth);
            return _entries.FirstOrDefault(entry => entry.Queue == queue && entry.Depth == depth && entry.Question == question)?.Summary;
        }
    }

    public void Keep(DeadLetterPage page, DeadLetterPeekOptions options) => Keep(new Entry(
        page.Queue, page.Depth, time.GetTimestamp(), Overhead + page.Messages.Sum(DeadLetterSize.Of))
    {
        Page = page,
        Skip = options.Skip,
        MaxBodyBytes = options.MaxBodyBytes,
    });

    public void Keep(DeadLetterSummary summary, string question) => Keep(new Entry(
        summary.Queue, summary.Depth, time.GetTimestamp(), Overhead + DeadLetterSize.Of(summary))
    {
        Summary = summary,
        Question = question,
    });

    /// <summary>Something was taken out of a queue here.</summary>
    public void Forget(string queue)
    {
        lock (_lock)
            Remove(entry => entry.Queue == queue);
    }

    private void Keep(Entry entry)
    {
        if (keepFor <= TimeSpan.Zero || entry.Bytes > maxBytes)
            return;
        lock (_lock)
        {
            _entries.AddFirst(entry);
            _bytes += entry.Bytes;
            while (_bytes > maxBytes)
            {
                _bytes -= _entries.Last!.Value.Bytes;
                _entries.RemoveLast();
            }
        }
    }

    private void Expire(string queue, long depth)
    {
        Remove(entry => time.GetElapsedTime(entry.ReadAt) > keepFor || (entry.Queue == queue && depth < entry.Highest));
        foreach (Entry entry in _entries.Where(entry => entry.Queue == queue))
            entry.Highest = depth;
    }

    private void Remove(Predicate<Entry> isOver)
    {
        for (LinkedListNode<Entry>? node = _entries.First; node is not null;)
        {
            LinkedListNode<Entry>? next = node.Next;
            if (isOver(node.Value))
            {
                _bytes -= node.Value.Bytes;
                _entries.Remove(node);
            }

            node = next;
        }
    }

    private sealed record Entry(string Queue, long Depth, long ReadAt, long Bytes)
    {
        /// <summary>As deep as the queue has been seen since.</summary>
        public long Highest { get; set; } = Depth;

        public DeadLetterPage? Page { get; init; }

        public int Skip { get; init; }

        public int MaxBodyBytes { get; init; }

        public DeadLetterSummary? Summary { get; init; }

        public string? Question { get; init; }
    }
}
