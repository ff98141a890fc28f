using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The queue that replies come back to, which MassTransit makes with the first request. It blocks the thread of each caller that
/// comes before it is there: some at once take every thread of the pool, and none is left to make it. Here they wait for it
/// without a thread, each no longer than its time.
/// </summary>
internal sealed class ReplyQueue
{
    private readonly Lock _gate = new();
    private volatile bool _isThere;
    private IBus? _bus;
    private Task? _making;

    /// <summary>From now on it can be made.</summary>
    public void BusStarted(IBus bus)
    {
        lock (_gate)
            _bus = bus;
    }

    /// <summary>Ends when a request can be sent without blocking; at once where the bus has not been started, which is MassTransit's to answer.</summary>
    public ValueTask ReadyAsync(CancellationToken cancellationToken) => _isThere ? default : WaitAsync(cancellationToken);

    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Task making;
        lock (_gate)
        {
            if (_bus is not { } bus)
                return;

            // A thread of its own waits, for all of them.
            making = _making ??= Task.Factory.StartNew(() => Make(bus), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        await making.WaitAsync(cancellationToken).ConfigureAwait(false);
        _isThere = true;
    }

    private static void Make(IBus bus) =>
        bus.ConnectRequestPipe(NewId.NextGuid(), Pipe.Empty<ConsumeContext<ReplyQueue>>()).Disconnect();
}
