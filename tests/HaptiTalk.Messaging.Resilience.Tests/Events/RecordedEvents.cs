using System.Collections.Concurrent;
using System.Threading.Channels;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What an observer was told, in order; a test waits for what it expects and never for a time.</summary>
internal sealed class RecordedEvents<TEvent> : IResilienceEventObserver<TEvent>
    where TEvent : ResilienceEvent
{
    private readonly Channel<TEvent> _unread = Channel.CreateUnbounded<TEvent>();
    private readonly ConcurrentQueue<TEvent> _all = new();

    public IReadOnlyList<TEvent> All => [.. _all];

    public ValueTask OnEventAsync(TEvent happened, CancellationToken cancellationToken)
    {
        _all.Enqueue(happened);
        _unread.Writer.TryWrite(happened);
        return default;
    }

    public async Task<TEvent> NextAsync() => await _unread.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>The next of one kind; what came before it is passed over.</summary>
    public async Task<TKind> NextAsync<TKind>()
        where TKind : TEvent
    {
        while (true)
        {
            if (await NextAsync() is TKind kind)
                return kind;
        }
    }

    public async Task<TEvent[]> NextAsync(int count)
    {
        var next = new TEvent[count];
        for (int i = 0; i < count; i++)
            next[i] = await NextAsync();
        return next;
    }
}
