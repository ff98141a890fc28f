namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Lets one operation of this process at a time look into a queue: messages that one operation holds would be missing for another.
/// Operations of other processes are noticed by the queue's consumer count.
/// </summary>
internal sealed class QueueTurns
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Waits for the queue to be free. Disposing what is returned frees it.</summary>
    /// <exception cref="TimeoutException">It was not free within the timeout.</exception>
    public async Task<IDisposable> TakeAsync(string queue, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Turn turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(queue, out turn!))
                _turns[queue] = turn = new(this, queue);
            turn.Wanted++;
        }

        try
        {
            if (await turn.Free.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
                return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }

        Leave(turn);
        throw new TimeoutException();
    }

    private void Leave(Turn turn)
    {
        lock (_turns)
        {
            if (--turn.Wanted > 0)
                return;
            _turns.Remove(turn.Queue);
            turn.Free.Dispose();
        }
    }

    private sealed class Turn(QueueTurns turns, string queue) : IDisposable
    {
        public string Queue => queue;

        public SemaphoreSlim Free { get; } = new(1, 1);

        public int Wanted { get; set; }

        public void Dispose()
        {
            Free.Release();
            turns.Leave(this);
        }
    }
}
