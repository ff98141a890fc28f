using System.Collections.Concurrent;
using HaptiTalk.Messaging.Resilience.Tests;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A consumer that depends on something that can break, and writes down what it has consumed.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<int> _consumed = new();
    private readonly ConcurrentDictionary<int, bool> _known = new();
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile bool _isBroken;

    /// <summary>Fails everything until it is set to false.</summary>
    public bool IsBroken
    {
        get => _isBroken;
        set => _isBroken = value;
    }

    /// <summary>What was consumed, in that order.</summary>
    public IReadOnlyCollection<int> Consumed => _consumed;

    public Task ConsumeAsync(ConsumeContext<Happened> context) => ConsumeAsync(context.Message.Number);

    public Task ConsumeAsync(int number)
    {
        if (_isBroken)
            throw new InvalidOperationException("broken");

        _consumed.Enqueue(number);
        if (_known.TryAdd(number, true))
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        return Task.CompletedTask;
    }

    /// <summary>Ends when so many different numbers have been consumed, however often each.</summary>
    public async Task ReachedAsync(int count)
    {
        while (true)
        {
            Task changed = _changed.Task;
            if (_known.Count >= count)
                return;
            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
