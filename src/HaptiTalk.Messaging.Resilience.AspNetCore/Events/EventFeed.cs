using System.Collections.Frozen;
using HaptiTalk.Messaging.Resilience.Monitoring;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps the last events for watchers. A watcher has only a cursor here, so a slow watcher costs nothing.
/// </summary>
/// <remarks>Events of single calls have a ring of their own. A flood of them does not remove the rare events.</remarks>
internal sealed class EventFeed : IEventSink
{
    /// <summary>How many events of each kind are kept.</summary>
    public const int Capacity = 1024;

    private const int Batch = 128;

    // A client that reconnects within this time gets the events of single calls that it missed.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    private static readonly FrozenSet<Type> PerCall =
        ((Type[])[typeof(Retrying), typeof(TimedOut), typeof(FallbackUsed), typeof(Rejected), typeof(Queued)]).ToFrozenSet();

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly EventRing _rare = new(Capacity);
    private readonly EventRing _perCall = new(Capacity);
    private TaskCompletionSource _rareAdded = NewSignal();
    private TaskCompletionSource _anyAdded = NewSignal();
    private long _last;
    private volatile int _watchers;
    private long _leftAt = long.MinValue;

    public EventFeed(TimeProvider clock)
    {
        _clock = clock;

        // Numbers also grow over a restart of the process. So a number from an earlier process is known to be too old.
        _last = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        _rare.ForgetUpTo(_last);
        _perCall.ForgetUpTo(_last);
    }

    public bool Wants(Type eventType) => !PerCall.Contains(eventType) || KeepsCalls;

    public void Add(ResilienceEvent happened)
    {
        bool isRare = !PerCall.Contains(happened.GetType());
        lock (_gate)
        {
            (isRare ? _rare : _perCall).Add(new(++_last, happened));
            if (isRare)
                Signal(ref _rareAdded);
            Signal(ref _anyAdded);
        }
    }

    /// <summary>Somebody watches what happens to single calls, until <see cref="Leave"/>.</summary>
    public void Join()
    {
        lock (_gate)
        {
            if (!KeepsCalls)
                _perCall.ForgetUpTo(++_last);
            _watchers++;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _watchers--;
            Volatile.Write(ref _leftAt, _clock.GetTimestamp());
        }
    }

    /// <summary>A cursor after the newest event.</summary>
    public FeedCursor End()
    {
        lock (_gate)
            return FeedCursor.After(_last);
    }

    /// <summary>The next events after a cursor, oldest first.</summary>
    /// <param name="cursor">What has been seen.</param>
    /// <param name="all">With those of single calls.</param>
    public FeedBatch ReadAfter(FeedCursor cursor, bool all)
    {
        lock (_gate)
        {
            // A number that is too high comes from another process: the client has seen none of our events.
            if (cursor.Rare > _last)
                cursor = FeedCursor.After(0);

            bool hasLost = cursor.Rare < _rare.LostUpTo || (all && cursor.PerCall < _perCall.LostUpTo);
            var entries = new List<FeedEntry>();
            int rare = _rare.IndexAfter(cursor.Rare);
            int perCall = all ? _perCall.IndexAfter(cursor.PerCall) : _perCall.Count;
            while (entries.Count < Batch && (rare < _rare.Count || perCall < _perCall.Count))
            {
                bool isRareNext = perCall == _perCall.Count || (rare < _rare.Count && _rare[rare].Id < _perCall[perCall].Id);
                entries.Add(isRareNext ? _rare[rare++] : _perCall[perCall++]);
            }

            long seen = entries.Count == 0 ? 0 : entries[^1].Id;
            return new(
                hasLost,
                new(Math.Max(Math.Max(cursor.Rare, seen), _rare.LostUpTo), Math.Max(Math.Max(cursor.PerCall, seen), _perCall.LostUpTo)),
                entries);
        }
    }

    /// <summary>Ends when there is something after a cursor.</summary>
    /// <inheritdoc cref="ReadAfter" path="/param"/>
    public Task WaitAsync(FeedCursor cursor, bool all)
    {
        lock (_gate)
        {
            bool isThere = _rare.IndexAfter(cursor.Rare) < _rare.Count || (all && _perCall.IndexAfter(cursor.PerCall) < _perCall.Count);
            return isThere ? Task.CompletedTask : (all ? _anyAdded : _rareAdded).Task;
        }
    }

    private bool KeepsCalls =>
        _watchers > 0 || (Volatile.Read(ref _leftAt) is var left and not long.MinValue && _clock.GetElapsedTime(left) < Afterwards);

    private static void Signal(ref TaskCompletionSource signal)
    {
        signal.TrySetResult();
        signal = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
