namespace HaptiTalk.Messaging.Resilience;

/// <summary>The last events of a kind, by their growing numbers. Not safe for use by several threads.</summary>
internal sealed class EventRing(int capacity)
{
    private readonly FeedEntry[] _entries = new FeedEntry[capacity];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Whoever has seen less than this has missed something.</summary>
    public long LostUpTo { get; private set; }

    /// <summary>The entries, oldest first.</summary>
    public FeedEntry this[int index] => _entries[(_first + index) % capacity];

    public void Add(FeedEntry entry)
    {
        if (Count < capacity)
        {
            Count++;
        }
        else
        {
            LostUpTo = this[0].Id;
            _first = (_first + 1) % capacity;
        }

        _entries[(_first + Count - 1) % capacity] = entry;
    }

    /// <summary>Nothing up to a number can be told any more.</summary>
    public void ForgetUpTo(long id)
    {
        Array.Clear(_entries);
        (_first, Count, LostUpTo) = (0, 0, id);
    }

    /// <summary>Where the entries after a number begin.</summary>
    public int IndexAfter(long id)
    {
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Id > id)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
