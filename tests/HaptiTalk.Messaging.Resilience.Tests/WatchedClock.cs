using Microsoft.Extensions.Time.Testing;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>
/// A clock that the test moves, and that says how many wait for it. A wait that is about to begin when time jumps would begin
/// after the jump and last for ever.
/// </summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), this);
        Count(1);
        return timer;
    }

    /// <summary>Ends when so many wait for a time to come.</summary>
    public async Task WaitingAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_waiting == count)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private void Count(int difference)
    {
        lock (_gate)
        {
            _waiting += difference;
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class WatchedTimer(ITimer inner, WatchedClock clock) : ITimer
    {
        private int _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            inner.Dispose();
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
                clock.Count(-1);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
