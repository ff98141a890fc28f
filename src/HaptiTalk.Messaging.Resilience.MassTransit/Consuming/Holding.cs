using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps messages that nobody waits for while the breaker is open: not acknowledged, not failed, in place. When their endpoint
/// stops they go back to the queue soon, so that a host need not wait for a service to recover before it can stop.
/// </summary>
internal sealed class Holding : IReceiveEndpointObserver
{
    // An endpoint tells us of its stop before it tells the broker: what is given back at once would be delivered here again.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Uri, CancellationTokenSource> _stops = new();

    public async Task HoldAsync(CircuitBreaker breaker, ConsumeContext context)
    {
        if (IsDue(breaker))
            return;

        using var released = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using CancellationTokenRegistration stopping = StopOf(context.ReceiveContext.InputAddress).Token
            .Register(static released => ((CancellationTokenSource)released!).CancelAfter(Settling), released);

        // A cancellation that leaves the consumer is what makes MassTransit put the message back.
        while (!IsDue(breaker))
            await breaker.WaitForChangeAsync(released.Token).ConfigureAwait(false);
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => StopOf(stopping.InputAddress).CancelAsync();

    // An endpoint that has been stopped can be started again.
    public Task Ready(ReceiveEndpointReady ready)
    {
        if (_stops.TryGetValue(ready.InputAddress, out CancellationTokenSource? stop) && stop.IsCancellationRequested)
            _stops.TryRemove(new(ready.InputAddress, stop));
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    private static bool IsDue(CircuitBreaker breaker) =>
        breaker.State == CircuitState.Closed || breaker.TimeUntilProbe() == TimeSpan.Zero;

    private CancellationTokenSource StopOf(Uri inputAddress) => _stops.GetOrAdd(inputAddress, static _ => new());
}
