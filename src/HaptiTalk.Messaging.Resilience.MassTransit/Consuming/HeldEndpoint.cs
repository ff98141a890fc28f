using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// A receive endpoint as far as messages are held on it: whether it is stopping, and whether it may be paused so that other
/// instances get what it holds.
/// </summary>
internal sealed class HeldEndpoint(Uri address, TimeProvider clock) : IDisposable
{
    // Quorum queues count how often a message was taken and given back, and drop it at the twentieth time unless told otherwise.
    private const int MostDeliveries = 10;

    // An endpoint tells us of its stop before it tells the broker: what is given back at once would be delivered here again.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private CancellationTokenSource _stopping = new();
    private CancellationTokenSource _busStopping = new();
    private IReceiveEndpoint? _endpoint;
    private Task _pause = Task.CompletedTask;
    private long _lastRequest = long.MinValue;
    private int _worn;
    private bool _stops;

    /// <summary>Cancelled when the endpoint stops and the broker knows of it.</summary>
    public CancellationToken Stopping
    {
        get
        {
            lock (_gate)
                return _stopping.Token;
        }
    }

    /// <summary>A request arrived: somebody on this endpoint wants an answer at once, and would get none while it is paused.</summary>
    public void RequestArrived() => Volatile.Write(ref _lastRequest, clock.GetTimestamp());

    /// <summary>Whether a message has come back so often that giving it back once more may be one time too many.</summary>
    public static bool IsWorn(ConsumeContext context) =>
        context.ReceiveContext.TransportHeaders.TryGetHeader("x-delivery-count", out object? value)
        && value switch
        {
            // The broker writes a whole number; anything else is somebody else's.
            long count => count,
            int count => count,
            uint count => count,
            short count => count,
            ushort count => count,
            sbyte count => count,
            byte count => count,
            _ => 0,
        } >= MostDeliveries;

    public void HoldsWorn() => Interlocked.Increment(ref _worn);

    public void ReleasedWorn() => Interlocked.Decrement(ref _worn);

    /// <summary>An endpoint that has been stopped can be started again.</summary>
    public void Ready(IReceiveEndpoint endpoint)
    {
        lock (_gate)
        {
            _endpoint = endpoint;
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

    /// <summary>The bus stops: an endpoint that is paused stays so.</summary>
    public Task BusStopsAsync()
    {
        lock (_gate)
            return _busStopping.CancelAsync();
    }

    /// <summary>Stops taking messages until the circuit admits calls again, unless something speaks against it.</summary>
    public void TryPause(OperationState operation, TimeSpan holdLimit)
    {
        lock (_gate)
        {
            // What a transport in memory takes back is gone.
            if (_endpoint is null || !_pause.IsCompleted || address.Scheme == "loopback" || Volatile.Read(ref _worn) > 0 || AnswersRequests(holdLimit))
                return;

            // Not on the stack of a consumer: the endpoint waits for its consumers when it stops.
            _pause = Task.Run(() => PauseAsync(_endpoint, operation, holdLimit, _busStopping.Token), CancellationToken.None);
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

    private bool AnswersRequests(TimeSpan lately) =>
        Volatile.Read(ref _lastRequest) is var last and not long.MinValue && clock.GetElapsedTime(last) < lately;

    private async Task PauseAsync(IReceiveEndpoint endpoint, OperationState operation, TimeSpan holdLimit, CancellationToken busStopping)
    {
        long since = clock.GetTimestamp();
        ResilienceTelemetry telemetry = operation.State.Telemetry;
        try
        {
            telemetry.EndpointPaused(operation, address, holdLimit);
            await endpoint.Stop(CancellationToken.None).ConfigureAwait(false);
            while (!operation.Circuit.Breaker.IsDue)
                await operation.Circuit.Breaker.WaitForChangeAsync(Timeout.InfiniteTimeSpan, busStopping).ConfigureAwait(false);

            if (Restart(endpoint, busStopping) is not { } handle)
                return;

            await handle.Ready.WaitAsync(busStopping).ConfigureAwait(false);
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

    // Either the bus has not begun to stop, and will stop what is started here, or nothing is started.
    private ReceiveEndpointHandle? Restart(IReceiveEndpoint endpoint, CancellationToken busStopping)
    {
        lock (_gate)
        {
            if (busStopping.IsCancellationRequested)
                return null;

            // Messages may come before it says that it is ready.
            Starts();
            return endpoint.Start(CancellationToken.None);
        }
    }

    private void Starts()
    {
        if (_stops)
            _stopping = new();
        _stops = false;
    }
}
