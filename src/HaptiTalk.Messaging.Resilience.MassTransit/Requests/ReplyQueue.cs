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
    private volatile Task? _making;
    private IBus? _bus;

    /// <summary>From now on it can be made.</summary>
    public void BusStarted(IBus bus)
    {
        lock (_gate)
            _bus = bus;
    }

    /// <summary>A request has been made or tried.</summary>
    public bool IsAskedFor => _making is not null;

    /// <summary>Ends when a request can be sent without blocking; at once where the bus has not been started, which is MassTransit's to answer.</summary>
    public Task ReadyAsync() => _making ?? Begin();

    private Task Begin()
    {
        lock (_gate)
        {
            if (_bus is not { } bus)
                return Task.CompletedTask;

            // A thread of its own waits, for all of them.
            return _making ??= Task.Factory.StartNew(() => Make(bus), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private static void Make(IBus bus) =>
        bus.ConnectRequestPipe(NewId.NextGuid(), Pipe.Empty<ConsumeContext<ReplyQueue>>()).Disconnect();
}
