using System.Collections.Concurrent;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Keeps messages that nobody waits for while the breaker is open: not acknowledged, not failed, in place. When their endpoint
/// stops they go back to the queue at once, so that a host need not wait for a service to recover before it can stop.
/// </summary>
internal sealed class Holding : IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<Uri, CancellationTokenSource> _stops = new();

    public async Task HoldAsync(CircuitBreaker breaker, ConsumeContext context)
    {
        if (IsDue(breaker))
            return;

        using var released = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, StopOf(context.ReceiveContext.InputAddress).Token);

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
