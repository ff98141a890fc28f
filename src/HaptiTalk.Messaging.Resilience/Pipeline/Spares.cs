using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Objects that nobody uses at the moment, kept for the next who needs one.</summary>
internal sealed class Spares<T>
    where T : class
{
    private const int MaxKept = 128;

    private readonly ConcurrentQueue<T> _others = new();
    private T? _latest;
    private int _kept;

    public bool TryTake([NotNullWhen(true)] out T? spare)
    {
        spare = Interlocked.Exchange(ref _latest, null);
        if (spare is not null)
            return true;

        if (!_others.TryDequeue(out spare))
            return false;

        Interlocked.Decrement(ref _kept);
        return true;
    }

    /// <summary>Takes what nobody uses any longer; false when there are enough.</summary>
    public bool TryKeep(T spare)
    {
        if (Interlocked.CompareExchange(ref _latest, spare, null) is null)
            return true;

        if (Interlocked.Increment(ref _kept) <= MaxKept)
        {
            _others.Enqueue(spare);
            return true;
        }

        Interlocked.Decrement(ref _kept);
        return false;
    }
}
