namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// A receive endpoint as far as messages are held on it: whether it is stopping, and whether it may be paused so that other
/// instances get what it holds.
/// </summary>
internal sealed class EndpointLife(Uri address, bool takesBack, TimeProvider clock) : IDisposable
{
    // Quorum queues count how often a message was taken and given back, and drop it at the twentieth time unless told otherwise.
    private const int MostDeliveries = 10;

    // An endpoint tells us of its stop before it tells the broker: what is given back at once would be delivered here again.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    // As a rule a start takes some milliseconds. While the broker is away it takes for ever.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private CancellationTokenSource _stopping = new();
    private CancellationTokenSource _busStopping = new();
    private IReceiver? _receiver;
    private Task _absence = Task.CompletedTask;
    private Task _start = Task.CompletedTask;
    private long _lastRequest = long.MinValue;
    private int _nearDeliveryLimit;
    private bool _stops;

    public Uri Address => address;

    /// <summary>What is given back is there again. What a transport in memory takes back is gone.</summary>
    public bool TakesBack => takesBack;

    /// <summary>Cancelled when the endpoint stops and the broker knows of it.</summary>
    public CancellationToken Stopping
    {
        get
        {
            lock (_gate)
                return _stopping.Token;
        }
    }

    /// <summary>Cancelled when its bus stops.</summary>
    public CancellationToken BusStopping
    {
        get
        {
            lock (_gate)
                return _busStopping.Token;
        }
    }

    /// <summary>A request arrived: somebody on this endpoint wants an answer at once, and would get none while it is paused.</summary>
    public void RequestArrived() => Volatile.Write(ref _lastRequest, clock.GetTimestamp());

    /// <summary>Whether a message has come back so often that giving it back once more may be one time too many.</summary>
    public static bool IsNearDeliveryLimit(IIncomingMessage message) => message.DeliveryCount >= MostDeliveries;

    /// <summary>Somebody has asked something here within this time.</summary>
    public bool AnswersRequests(TimeSpan lately) =>
        Volatile.Read(ref _lastRequest) is var last and not long.MinValue && clock.GetElapsedTime(last) < lately;

    public void HoldsNearDeliveryLimit() => Interlocked.Increment(ref _nearDeliveryLimit);

    public void ReleasedNearDeliveryLimit() => Interlocked.Decrement(ref _nearDeliveryLimit);

    /// <summary>An endpoint that has been stopped can be started again.</summary>
    public void Ready(IReceiver receiver)
    {
        lock (_gate)
        {
            _receiver = receiver;
            Starts();
            if (_busStopping.IsCancellationRequested)
                _busStopping = new();
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stops = true;
            _stopping.CancelAfter(Settling);
        }
    }

    /// <summary>
    /// The bus stops: an endpoint that is paused stays so. One that is being started again is waited for: a transport that is stopped
    /// while it starts may never end.
    /// </summary>
    public async Task BusStopsAsync()
    {
        Task cancelling;
        Task start;
        lock (_gate)
        {
            cancelling = _busStopping.CancelAsync();
            start = _start;
        }

        await cancelling.ConfigureAwait(false);
        await start.WaitAsync(StartLimit, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The broker hands out nothing more to it: what it holds goes back at once.</summary>
    public Task ReleaseAsync()
    {
        lock (_gate)
        {
            _stops = true;
            return _stopping.CancelAsync();
        }
    }

    /// <summary>Stops taking messages until the circuit admits calls again, unless something speaks against it.</summary>
    public void TryPause(OperationState operation, TimeSpan holdLimit)
    {
        if (!AnswersRequests(holdLimit))
            TryLeave((receiver, busStopping) => PauseAsync(receiver, operation, holdLimit, busStopping), out _);
    }

    /// <summary>Takes no messages as long as something lasts, unless something speaks against it.</summary>
    /// <param name="absence">What lasts; it is handed what takes messages, and a token that is cancelled when the bus stops.</param>
    /// <param name="ended">Ends with it.</param>
    /// <returns>False where it goes on taking messages.</returns>
    public bool TryLeave(Func<IReceiver, CancellationToken, Task> absence, out Task ended)
    {
        lock (_gate)
        {
            if (_receiver is not { } receiver || !_absence.IsCompleted || !TakesBack || Volatile.Read(ref _nearDeliveryLimit) > 0 || _busStopping.IsCancellationRequested)
            {
                ended = Task.CompletedTask;
                return false;
            }

            // Not on the stack of a consumer: the endpoint waits for its consumers when it stops.
            CancellationToken busStopping = _busStopping.Token;
            ended = _absence = Task.Run(() => absence(receiver, busStopping), CancellationToken.None);
            return true;
        }
    }

    /// <summary>Starts it again. Either the bus has not begun to stop, and will stop what is started here, or nothing is started.</summary>
    /// <param name="receiver">Starts it.</param>
    /// <param name="busStopping">Cancelled when the bus stops.</param>
    /// <param name="ready">Ends when it takes messages.</param>
    /// <returns>False where nothing is started.</returns>
    public bool TryRestart(IReceiver receiver, CancellationToken busStopping, out Task ready)
    {
        lock (_gate)
        {
            ready = Task.CompletedTask;
            if (busStopping.IsCancellationRequested)
                return false;

            // Messages may come before it says that it is ready.
            Starts();
            ready = _start = receiver.StartAsync();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping.Dispose();
            _busStopping.Dispose();
        }
    }

    private async Task PauseAsync(IReceiver receiver, OperationState operation, TimeSpan holdLimit, CancellationToken busStopping)
    {
        long since = clock.GetTimestamp();
        ResilienceTelemetry telemetry = operation.State.Telemetry;
        try
        {
            telemetry.EndpointPaused(operation, address, holdLimit);
            await receiver.StopAsync().ConfigureAwait(false);
            while (!operation.Circuit.Breaker.IsDue)
                await operation.Circuit.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, busStopping).ConfigureAwait(false);

            if (!TryRestart(receiver, busStopping, out Task ready))
                return;

            await ready.WaitAsync(busStopping).ConfigureAwait(false);
            telemetry.EndpointResumed(operation, address, clock.GetElapsedTime(since));
        }
        catch (OperationCanceledException) when (busStopping.IsCancellationRequested)
        {
            // It stays stopped, as everything on the bus.
        }
        catch (Exception failure)
        {
            telemetry.EndpointStuck(failure, address);
        }
    }

    private void Starts()
    {
        if (_stops)
            _stopping = new();
        _stops = false;
    }
}
