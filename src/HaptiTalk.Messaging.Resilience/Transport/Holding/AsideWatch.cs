namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Takes one endpoint off its queue while a circuit is open and other instances consume it: an instance that refuses is faster than
/// one that works, and would get nearly everything. It comes back to probe, or when it finds that nobody consumes any longer.
/// </summary>
/// <remarks>There is no coordinator: each instance asks the broker how many consume, at its own moments and again and again.</remarks>
internal sealed class AsideWatch(EndpointLife endpoint, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    // To leave and to come back takes as long: a circuit that probes sooner would never be away.
    private static readonly TimeSpan ShortestAbsence = Between;

    private readonly Lock _gate = new();
    private readonly List<Trouble> _troubled = [];
    private readonly ConsumerCount _consumers = new(clock);
    private volatile IQueueConsumer? _consumer;
    private volatile Sight _sight = new(Attendance.Answers);
    private bool _watches;

    /// <summary>What it does, until that is over.</summary>
    public Sight Sight => _sight;

    /// <summary>A message has arrived whose circuit is not closed.</summary>
    public void Arrived(OperationState operation, IIncomingMessage message, bool isRequest)
    {
        if (operation.Profile.CircuitBreaker.ResetTimeout < ShortestAbsence && operation.Circuit.Breaker.State != CircuitState.Isolated)
            return;
        if (!endpoint.TakesBack || message.Consumer is not { } consumer)
            return;

        CancellationToken busStopping = endpoint.BusStopping;
        lock (_gate)
        {
            _consumer = consumer;
            var trouble = new Trouble(operation, isRequest);
            if (!_troubled.Contains(trouble))
                _troubled.Add(trouble);
            if (_watches || busStopping.IsCancellationRequested)
                return;

            _watches = true;
            See(Attendance.Looks);
        }

        _ = Task.Run(() => WatchAsync(busStopping), CancellationToken.None);
    }

    private async Task WatchAsync(CancellationToken busStopping)
    {
        while (Troubled() is { } operation)
        {
            try
            {
                bool isOpen = IsAnyOpen();
                bool areOthers = await _consumers.LatelyAsync(_consumer, busStopping).ConfigureAwait(false) > 1;
                if (isOpen && areOthers && await StandAsideAsync(operation, busStopping).ConfigureAwait(false))
                    continue;

                See(areOthers && !isOpen ? Attendance.Probes : Attendance.Answers);
                await operation.Circuit.Breaker.WaitForChangeAsync(Soon(), busStopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (busStopping.IsCancellationRequested)
            {
                // Who consumes now is no longer this instance's business.
                Forget();
            }
            catch (Exception failure)
            {
                operation.State.Telemetry.EndpointStuck(failure, endpoint.Address);
                Forget();
            }
        }
    }

    private async Task<bool> StandAsideAsync(OperationState operation, CancellationToken busStopping)
    {
        // Another one may be about to do the same: who looks later sees it gone, and stays.
        await Task.Delay(Soon() / 3, clock, busStopping).ConfigureAwait(false);
        int? consumers = await _consumers.NowAsync(_consumer, busStopping).ConfigureAwait(false);
        if (consumers is not > 1 || !IsAnyOpen() || _consumer is not { } consumer)
            return false;

        bool wasAside = false;
        endpoint.TryLeave(
            async (left, stopping) => wasAside = await BeAsideAsync(left, consumer, operation, consumers.Value - 1, stopping).ConfigureAwait(false),
            out Task ended);
        await ended.ConfigureAwait(false);
        return wasAside;
    }

    private async Task<bool> BeAsideAsync(
        IReceiver left, IQueueConsumer consumer, OperationState operation, int others, CancellationToken busStopping)
    {
        if (!await consumer.TryCancelAsync(busStopping).ConfigureAwait(false))
            return false;

        long since = clock.GetTimestamp();
        ResilienceTelemetry telemetry = operation.State.Telemetry;
        try
        {
            See(Attendance.StandsAside);
            telemetry.EndpointStoodAside(operation, endpoint.Address, others);
            await endpoint.ReleaseAsync().ConfigureAwait(false);
            Task stopping = left.StopAsync();
            Orphan.Observe(stopping);
            bool areOthers = await OthersGoOnAsync(operation, busStopping).ConfigureAwait(false);
            await stopping.WaitAsync(busStopping).ConfigureAwait(false);
            See(areOthers ? Attendance.Probes : Attendance.Answers);
            if (endpoint.TryRestart(left, busStopping, out Task ready))
            {
                await ready.WaitAsync(busStopping).ConfigureAwait(false);

                // It was not among those that were counted meanwhile.
                _consumers.Forget();
                telemetry.EndpointResumed(operation, endpoint.Address, clock.GetElapsedTime(since));
            }
        }
        catch (OperationCanceledException) when (busStopping.IsCancellationRequested)
        {
            // It stays stopped, as everything on the bus.
        }
        catch (Exception failure)
        {
            telemetry.EndpointStuck(failure, endpoint.Address);
        }

        return true;
    }

    // True when it is time to probe, false when nobody consumes any longer.
    private async Task<bool> OthersGoOnAsync(OperationState operation, CancellationToken busStopping)
    {
        while (IsAnyOpen())
        {
            await operation.Circuit.Breaker.WaitForChangeAsync(Soon(), busStopping).ConfigureAwait(false);
            if (IsAnyOpen() && await _consumers.NowAsync(_consumer, busStopping).ConfigureAwait(false) == 0)
                return false;
        }

        return true;
    }

    // Of several circuits on an endpoint one that refuses requests is enough to stand aside. One that holds events is not where requests
    // are answered beside it: to who asks, poison among the events is no reason to lose an instance.
    private bool IsAnyOpen()
    {
        lock (_gate)
            return _troubled.Exists(IsReason);
    }

    // Null ends the watch: a message that arrives later begins another one.
    private OperationState? Troubled()
    {
        lock (_gate)
        {
            _troubled.RemoveAll(static trouble => trouble.Operation.Circuit.Breaker.AdmitsAll);
            if (_troubled.Count == 0)
            {
                _watches = false;
                See(Attendance.Answers);
            }

            return _troubled.Count == 0 ? null : (_troubled.Find(IsReason) ?? _troubled[0]).Operation;
        }
    }

    private void Forget()
    {
        lock (_gate)
            _troubled.Clear();
    }

    private bool IsReason(Trouble trouble) =>
        IsOpen(trouble.Operation)
        && (trouble.IsRequest || !endpoint.AnswersRequests(trouble.Operation.Profile.CircuitBreaker.HoldLimit));

    private static bool IsOpen(OperationState operation) => operation.Circuit.Breaker switch
    {
        { State: CircuitState.Isolated } => true,
        { State: CircuitState.Open } breaker => !breaker.IsDue,
        _ => false,
    };

    // Not all instances at once.
    private static TimeSpan Soon() => Between * (0.5 + Random.Shared.NextDouble());

    private void See(Attendance attendance)
    {
        Sight before = _sight;
        if (before.Attendance == attendance)
            return;

        _sight = new(attendance);
        before.End();
    }

    /// <summary>What is consumed here and fails, and whether somebody waits for it.</summary>
    private sealed record Trouble(OperationState Operation, bool IsRequest);
}
