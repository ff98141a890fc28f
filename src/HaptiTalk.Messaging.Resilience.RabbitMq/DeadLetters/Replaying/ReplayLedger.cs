namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Which published message stands for which delivery, from its publish to its acknowledgement. What the broker confirms may be
/// acknowledged in one go up to the first message that stays; behind that, one by one.
/// </summary>
/// <remarks>Not safe for several threads: its owner locks.</remarks>
internal sealed class ReplayLedger
{
    private readonly Entry[] _entries;
    private readonly int _mask;
    private ulong _next = 1;
    private ulong _oldest = 1;
    private ulong _firstKept = ulong.MaxValue;

    /// <param name="window">How many may be on their way at most.</param>
    public ReplayLedger(int window)
    {
        _entries = new Entry[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window + 1)];
        _mask = _entries.Length - 1;
    }

    private enum State : byte
    {
        Sent,
        Confirmed,
        Kept,
    }

    /// <summary>Published and neither confirmed nor refused.</summary>
    public int Outstanding { get; private set; }

    /// <summary>The number that the channel gives to the last publish.</summary>
    public ulong Last => _next - 1;

    /// <summary>A delivery that is not replayed: it stays where it is.</summary>
    public void Keep(ulong tag) => _firstKept = Math.Min(_firstKept, tag);

    /// <returns>The number that the channel gives this publish.</returns>
    public ulong Send(ulong tag, string target, ReplayedMessage? report)
    {
        ulong number = _next++;
        _entries[(int)number & _mask] = new(tag, State.Sent, target, report);
        Outstanding++;
        return number;
    }

    /// <summary>The broker has it.</summary>
    public void Confirm(ulong number, bool multiple, Action<string, ReplayedMessage?> each) => Settle(number, multiple, State.Confirmed, each);

    /// <summary>The broker has taken it, and has it no more or never had: the original stays.</summary>
    public void Refuse(ulong number, bool multiple, Action<string, ReplayedMessage?> each) => Settle(number, multiple, State.Kept, each);

    /// <summary>Deliveries whose replacements are confirmed, in order: they may be acknowledged now.</summary>
    /// <param name="single">Gets those that must be acknowledged one by one.</param>
    /// <param name="settled">How many publishes this leaves nothing to do for, those that stay among them.</param>
    /// <param name="confirmed">How many of them leave.</param>
    /// <returns>The tag up to which all may be acknowledged at once; 0 for none.</returns>
    public ulong TakeAcknowledgeable(List<ulong> single, out int settled, out int confirmed)
    {
        ulong upTo = 0;
        settled = 0;
        confirmed = 0;
        while (_oldest < _next)
        {
            ref Entry entry = ref _entries[(int)_oldest & _mask];
            if (entry.State == State.Sent)
                break;
            if (entry.State == State.Confirmed)
            {
                confirmed++;
                if (entry.Tag < _firstKept)
                    upTo = entry.Tag;
                else
                    single.Add(entry.Tag);
            }

            entry = default;
            settled++;
            _oldest++;
        }

        return upTo;
    }

    /// <summary>Those that nothing is known of.</summary>
    public IEnumerable<(string Target, ReplayedMessage? Report)> InDoubt()
    {
        for (ulong number = _oldest; number < _next; number++)
        {
            if (_entries[(int)number & _mask] is { State: State.Sent } entry)
                yield return (entry.Target, entry.Report);
        }
    }

    private void Settle(ulong number, bool multiple, State state, Action<string, ReplayedMessage?> each)
    {
        ulong first = multiple ? _oldest : number;
        for (ulong one = first; one <= number && one < _next; one++)
        {
            if (one < _oldest)
                continue;
            ref Entry entry = ref _entries[(int)one & _mask];
            if (entry.State != State.Sent)
                continue;
            entry.State = state;
            Outstanding--;
            if (state == State.Kept)
                Keep(entry.Tag);
            each(entry.Target, entry.Report);
        }
    }

    private record struct Entry(ulong Tag, State State, string Target, ReplayedMessage? Report);
}
