using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Reports transitions outside the breaker's lock and yet in the order in which they happened: whoever delivers first takes
/// those of the others along.
/// </summary>
internal sealed class TransitionReports(Action<CircuitTransition> onTransition)
{
    private readonly ConcurrentQueue<CircuitTransition> _pending = new();
    private readonly Lock _delivering = new();

    /// <summary>Notes a transition; to be called under the breaker's lock.</summary>
    public void Add(CircuitTransition transition) => _pending.Enqueue(transition);

    /// <summary>Reports what has been noted; to be called outside it.</summary>
    public void Deliver()
    {
        if (_pending.IsEmpty)
            return;

        lock (_delivering)
        {
            while (_pending.TryDequeue(out CircuitTransition transition))
                onTransition(transition);
        }
    }
}
