namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// A first-in-first-out gate with a bounded queue that can be resized while calls run and wait.
/// .NET's concurrency limiter cannot change its limit.
/// </summary>
internal sealed class Bulkhead(BulkheadOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _queue = [];
    private volatile BulkheadOptions _options = options;
    private int _active;
    private int _refusable;

    /// <summary>The limits in force.</summary>
    public BulkheadOptions Options => _options;

    public int ActiveCalls => Volatile.Read(ref _active);

    public int QueueLength
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>Takes new limits: what grew lets waiting calls in, what shrank admits nobody until enough have left.</summary>
    /// <returns>Whether a limit has changed.</returns>
    public bool Apply(BulkheadOptions options)
    {
        lock (_gate)
        {
            BulkheadOptions before = _options;
            _options = options;
            AdmitWaiters();
            return before.MaxConcurrentCalls != options.MaxConcurrentCalls || before.QueueCapacity != options.QueueCapacity;
        }
    }

    /// <summary>Enters at once where there is a place and nobody waits for it.</summary>
    public bool TryEnter()
    {
        lock (_gate)
            return TryTakePlace();
    }

    /// <summary>Enters at once, waits for a place, or is refused.</summary>
    /// <param name="longest">The longest wait; may be infinite.</param>
    /// <param name="refusable">False for work that may wait however many wait already.</param>
    /// <param name="cancellationToken">Leaves the queue at once; nobody else loses a turn.</param>
    public ValueTask<BulkheadEntry> EnterAsync(TimeSpan longest, bool refusable, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (TryTakePlace())
                return new(BulkheadEntry.Entered);

            // Work that is never refused does not use up the places of the queue for work that is.
            if (longest == TimeSpan.Zero || (refusable && _refusable >= _options.QueueCapacity))
                return new(BulkheadEntry.Refused);

            waiter = new Waiter(refusable);
            waiter.Place = _queue.AddLast(waiter);
            _refusable += refusable ? 1 : 0;
        }

        return WaitAsync(waiter, longest, cancellationToken);
    }

    /// <summary>Leaves, handing the place to the first in the queue.</summary>
    public void Exit()
    {
        lock (_gate)
        {
            _active--;
            AdmitWaiters();
        }
    }

    private bool TryTakePlace()
    {
        if (_active >= _options.MaxConcurrentCalls || _queue.Count > 0)
            return false;

        _active++;
        return true;
    }

    private async ValueTask<BulkheadEntry> WaitAsync(Waiter waiter, TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Admitted.Task.WaitAsync(longest, clock, cancellationToken).ConfigureAwait(false);
            return BulkheadEntry.Entered;
        }
        catch (TimeoutException)
        {
            return Leave(waiter) ? BulkheadEntry.WaitedTooLong : BulkheadEntry.Entered;
        }
        catch (OperationCanceledException)
        {
            // Admitted in the same instant: the place is ours to give on.
            if (!Leave(waiter))
                Exit();
            throw;
        }
    }

    private bool Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place is not { List: not null } place)
                return false;
            Unqueue(place);
            return true;
        }
    }

    private void AdmitWaiters()
    {
        while (_active < _options.MaxConcurrentCalls && _queue.First is { } first)
        {
            Unqueue(first);
            _active++;
            first.Value.Admitted.SetResult();
        }
    }

    private void Unqueue(LinkedListNode<Waiter> place)
    {
        _queue.Remove(place);
        _refusable -= place.Value.Refusable ? 1 : 0;
    }

    private sealed class Waiter(bool refusable)
    {
        public bool Refusable { get; } = refusable;

        public LinkedListNode<Waiter>? Place { get; set; }

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>How an attempt to enter a bulkhead ended.</summary>
internal enum BulkheadEntry
{
    /// <summary>A place is taken and must be given back.</summary>
    Entered,

    /// <summary>All places and the queue were full.</summary>
    Refused,

    /// <summary>No place became free in time.</summary>
    WaitedTooLong,
}
