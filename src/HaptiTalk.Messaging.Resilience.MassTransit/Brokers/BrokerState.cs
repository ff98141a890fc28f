namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Whether the broker of one bus is there. Every call through that bus looks here before it sends, and one that got no answer asks
/// for a look at the broker.
/// </summary>
internal sealed class BrokerState(string name, ServiceStates states, BrokerTelemetry telemetry, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile BrokerOutage? _outage;
    private volatile Action? _onSuspicion;
    private bool _isRefused;

    /// <summary>The broker's address, without credentials.</summary>
    public string Name => name;

    /// <summary>Null while the broker is there, or nobody watches it.</summary>
    public BrokerOutage? Outage => _outage;

    /// <summary>Names who looks at the broker when a call asks for it.</summary>
    public void LookBy(Action onSuspicion) => _onSuspicion = onSuspicion;

    /// <summary>Refuses an attempt because the broker is away; null while it is there.</summary>
    public BrokerUnavailableRejectedException? RefusalFor(Execution execution) => _outage is { } outage ? Reject(execution, outage) : null;

    /// <summary>A call got no answer in time: the service may be slow, or the broker away.</summary>
    public void Suspect() => _onSuspicion?.Invoke();

    // Reports leave under the lock: one that overtook another would say for ever what is over.
    public void Away(string reason)
    {
        lock (_gate)
        {
            if (_outage is not null)
                return;
            _outage = new(clock.GetUtcNow(), WithoutEnd(reason));
            telemetry.Lost(name, _outage.Reason);
        }
    }

    /// <summary>It is there and refuses the credentials: from now on that is the reason, whatever it was before.</summary>
    public void LoginRefused(string reason)
    {
        lock (_gate)
        {
            Away(reason);
            if (_isRefused)
                return;
            (_outage, _isRefused) = (_outage! with { Reason = WithoutEnd(reason) }, true);
            telemetry.LoginRefused(name, _outage.Since, _outage.Reason);
        }
    }

    public void Back()
    {
        lock (_gate)
        {
            if (_outage is not { } ended)
                return;
            (_outage, _isRefused) = (null, false);
            telemetry.Back(name, clock.GetUtcNow() - ended.Since);
        }

        states.MakeProbesDue();
    }

    // The sentences that it stands in go on.
    private static string WithoutEnd(string reason) => reason.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private BrokerUnavailableRejectedException Reject(Execution execution, BrokerOutage outage)
    {
        telemetry.Rejected(execution);
        return new(execution.Operation.Service, execution.Operation.Name, name, outage.Reason, outage.Since, execution.Progress.Attempts - 1);
    }
}
