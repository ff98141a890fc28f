using MassTransit;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Counts deliveries that have begun and that are over, so that a test can tell what did not happen in them.</summary>
internal sealed class Deliveries : IReceiveObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ended = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();

    public int Begun(string queue)
    {
        lock (_gate)
            return _begun.GetValueOrDefault(queue);
    }

    public Task BegunAsync(string queue, int count, CancellationToken cancellationToken) => WaitAsync(_begun, queue, count, cancellationToken);

    public Task EndedAsync(string queue, int count, CancellationToken cancellationToken) => WaitAsync(_ended, queue, count, cancellationToken);

    public Task PreReceive(ReceiveContext context) => CountAsync(_begun, context);

    public Task PostReceive(ReceiveContext context) => CountAsync(_ended, context);

    public Task ReceiveFault(ReceiveContext context, Exception exception) => CountAsync(_ended, context);

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class =>
        Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class =>
        Task.CompletedTask;

    private async Task WaitAsync(Dictionary<string, int> counts, string queue, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (counts.GetValueOrDefault(queue) >= count)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private Task CountAsync(Dictionary<string, int> counts, ReceiveContext context)
    {
        string queue = context.InputAddress.Segments[^1];
        lock (_gate)
        {
            counts[queue] = counts.GetValueOrDefault(queue) + 1;
            _changed.SetResult();
            _changed = NewSignal();
        }

        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
