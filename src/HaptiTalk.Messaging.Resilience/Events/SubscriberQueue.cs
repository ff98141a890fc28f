using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One handler's own queue and loop, so that a handler that hangs holds up nobody but itself.</summary>
internal sealed class SubscriberQueue : IAsyncDisposable, IDisposable
{
    private const int Capacity = 1024;

    private static readonly TimeSpan HandlerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly Channel<ResilienceEvent> _queue = Channel.CreateBounded<ResilienceEvent>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly CancellationTokenSource _stop = new();
    private readonly EventSubscription _subscription;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Action<string> _count;
    private readonly Task _loop;
    private long? _loggedAt;

    public SubscriberQueue(EventSubscription subscription, TimeProvider clock, ILogger logger, Action<string> count)
    {
        _subscription = subscription;
        _clock = clock;
        _logger = logger;
        _count = count;
        _loop = Task.Run(HandleAllAsync);
    }

    public bool Wants(Type eventType) => _subscription.EventType.IsAssignableFrom(eventType);

    /// <summary>Never waits: what a slow handler cannot take is dropped and counted.</summary>
    public void Offer(ResilienceEvent happened)
    {
        if (!_queue.Writer.TryWrite(happened))
            _count("dropped");
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stop.CancelAfter(HandlerTimeout);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _stop.Cancel();
    }

    private async Task HandleAllAsync()
    {
        await foreach (ResilienceEvent happened in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
                return;
            await HandleAsync(happened).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(ResilienceEvent happened)
    {
        using var timeout = new CancellationTokenSource(HandlerTimeout, _clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            // A handler that never lets go of its thread must not stop the loop either.
            Task handling = Task.Run(() => _subscription.Handle(happened, ends.Token).AsTask(), CancellationToken.None);
            Orphan.Observe(handling);
            await handling.WaitAsync(ends.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _count(timeout.IsCancellationRequested ? "timeout" : "failure");
            if (_loggedAt is { } logged && _clock.GetElapsedTime(logged) < LogEvery)
                return;

            _loggedAt = _clock.GetTimestamp();
            Log.EventObserverFailed(_logger, failure, happened.GetType().Name);
        }
    }
}
