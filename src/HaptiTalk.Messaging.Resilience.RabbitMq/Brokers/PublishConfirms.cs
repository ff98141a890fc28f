namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The ledger of one channel's publisher confirms: it maps the sequence number of a publish to what waits for the broker's answer. The
/// client's own tracking allocates for each message, and writes a header into it.
/// </summary>
/// <typeparam name="T">What waits for an answer.</typeparam>
internal sealed class PublishConfirms<T>
{
    private readonly Lock _lock = new();
    private readonly Entry[] _entries;
    private readonly ulong _window;
    private readonly int _mask;
    private ulong _next = 1;
    private ulong _oldest = 1;
    private int _outstanding;
    private bool _isClosed;
    private TaskCompletionSource? _allAnswered;

    /// <param name="window">How many publishes it holds at most, from <see cref="Add"/> to <see cref="TryTake"/>.</param>
    public PublishConfirms(int window)
    {
        _window = (ulong)window;
        _entries = new Entry[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window)];
        _mask = _entries.Length - 1;
    }

    private enum State : byte
    {
        Sent,
        Confirmed,
        Refused,
    }

    /// <summary>Publishes that the broker has not answered.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock)
                return _outstanding;
        }
    }

    /// <summary>The sequence number of the next publish. Only the thread that publishes may ask.</summary>
    public ulong Next => _next;

    /// <summary>Adds a publish, before it is written: its answer may come at once.</summary>
    /// <returns>The sequence number that the channel gives to this publish.</returns>
    /// <exception cref="InvalidOperationException">It holds as many as it may.</exception>
    public ulong Add(T waiting)
    {
        lock (_lock)
        {
            if (_next - _oldest >= _window)
                throw new InvalidOperationException("More publishes wait for their confirms than the window allows.");
            ulong number = _next++;
            _entries[(int)number & _mask] = new(waiting, State.Sent);
            _outstanding++;
            return number;
        }
    }

    /// <summary>The broker has acknowledged a publish.</summary>
    /// <param name="number">Its sequence number.</param>
    /// <param name="multiple">Whether the answer is also for all publishes before it.</param>
    /// <param name="each">Called for each publish that this answers.</param>
    public void Confirm(ulong number, bool multiple, Action<T> each) => Settle(number, multiple, State.Confirmed, each);

    /// <summary>The broker has refused a publish, or it was never written.</summary>
    /// <inheritdoc cref="Confirm"/>
    public void Refuse(ulong number, bool multiple, Action<T> each) => Settle(number, multiple, State.Refused, each);

    /// <summary>The broker has returned a publish that no queue took. It also acknowledges it, later: that does not count.</summary>
    /// <param name="number">Its sequence number; null when the message does not say. Then all unanswered publishes count as refused.</param>
    /// <param name="each">Called for each publish that this answers.</param>
    public void Return(ulong? number, Action<T> each) => Settle(number ?? ulong.MaxValue, multiple: number is null, State.Refused, each);

    /// <summary>The channel has closed: no more answers come.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _allAnswered?.TrySetResult();
        }
    }

    /// <summary>Ends when the broker has answered all publishes so far, or when the channel has closed.</summary>
    public Task AllAnsweredAsync()
    {
        lock (_lock)
        {
            if (_outstanding == 0 || _isClosed)
                return Task.CompletedTask;
            _allAnswered ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _allAnswered.Task;
        }
    }

    /// <summary>Takes the oldest publish out, if the broker has answered it.</summary>
    public bool TryTake(out T waiting, out bool isConfirmed)
    {
        lock (_lock)
        {
            ref Entry entry = ref _entries[(int)_oldest & _mask];
            bool isAnswered = _oldest < _next && entry.State != State.Sent;
            (waiting, isConfirmed) = (entry.Waiting, isAnswered && entry.State == State.Confirmed);
            if (!isAnswered)
                return false;
            entry = default;
            _oldest++;
            return true;
        }
    }

    /// <summary>What still waits for an answer.</summary>
    public IReadOnlyList<T> Unanswered()
    {
        List<T> unanswered = [];
        lock (_lock)
        {
            for (ulong number = _oldest; number < _next; number++)
            {
                if (_entries[(int)number & _mask] is { State: State.Sent } entry)
                    unanswered.Add(entry.Waiting);
            }
        }

        return unanswered;
    }

    private void Settle(ulong number, bool multiple, State state, Action<T> each)
    {
        lock (_lock)
        {
            ulong last = Math.Min(number, _next - 1);
            for (ulong one = multiple ? _oldest : Math.Max(number, _oldest); one <= last; one++)
            {
                ref Entry entry = ref _entries[(int)one & _mask];
                if (entry.State != State.Sent)
                    continue;
                entry.State = state;
                _outstanding--;
                each(entry.Waiting);
            }

            if (_outstanding > 0)
                return;
            _allAnswered?.TrySetResult();
            _allAnswered = null;
        }
    }

    private record struct Entry(T Waiting, State State);
}
