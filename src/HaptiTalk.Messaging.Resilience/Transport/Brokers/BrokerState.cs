namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// Whether a broker is there, as its transport has noticed. Every call through it looks here before it sends, and one that got no
/// answer asks for a look at the broker. <see cref="TransportResilience.AddBroker"/> makes one.
/// </summary>
public sealed class BrokerState
{
    private readonly ServiceStates _states;
    private readonly BrokerTelemetry _telemetry;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile BrokerOutage? _outage;
    private volatile Action? _onSuspicion;
    private bool _isRefused;

    internal BrokerState(string name, ServiceStates states, BrokerTelemetry telemetry, TimeProvider clock)
    {
        (Name, _states, _telemetry, _clock) = (name, states, telemetry, clock);
    }

    /// <summary>The broker's address, without credentials.</summary>
    public string Name { get; }

    /// <summary>Null while the broker is there, or nobody watches it.</summary>
    public BrokerOutage? Outage => _outage;

    /// <summary>Somebody watches it: only then do metrics show whether it is there. Default false.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Names who looks at the broker when a call asks for it.</summary>
    /// <param name="onSuspicion">Asks for a look. It is called by any number of calls at once, and must not wait or throw.</param>
    public void LookBy(Action onSuspicion) => _onSuspicion = onSuspicion;

    /// <summary>Refuses an attempt because the broker is away; null while it is there.</summary>
    /// <param name="execution">The run.</param>
    public BrokerUnavailableRejectedException? RefusalFor(Execution execution) => _outage is { } outage ? Reject(execution, outage) : null;

    /// <summary>A call got no answer in time: the service may be slow, or the broker away.</summary>
    public void Suspect() => _onSuspicion?.Invoke();

    // Reports leave under the lock: one that overtook another would say for ever what is over.

    /// <summary>From now on no message can be sent to it. Does nothing where that is known.</summary>
    /// <param name="reason">What was noticed, for logs and exceptions.</param>
    public void Away(string reason)
    {
        lock (_gate)
        {
            if (_outage is not null)
                return;
            _outage = new(_clock.GetUtcNow(), WithoutEnd(reason));
            _telemetry.Lost(Name, _outage.Reason);
        }
    }

    /// <summary>It is there and refuses the credentials: from now on that is the reason, whatever it was before.</summary>
    /// <param name="reason">What the broker says.</param>
    public void LoginRefused(string reason)
    {
        lock (_gate)
        {
            Away(reason);
            if (_isRefused)
                return;
            (_outage, _isRefused) = (_outage! with { Reason = WithoutEnd(reason) }, true);
            _telemetry.LoginRefused(Name, _outage.Since, _outage.Reason);
        }
    }

    /// <summary>It takes messages again. Open circuits of calls and publishes may probe at once.</summary>
    public void Back()
    {
        lock (_gate)
        {
            if (_outage is not { } ended)
                return;
            (_outage, _isRefused) = (null, false);
            _telemetry.Back(Name, _clock.GetUtcNow() - ended.Since);
        }

        _states.MakeProbesDue();
    }

    // The sentences that it stands in go on.
    private static string WithoutEnd(string reason) => reason.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private BrokerUnavailableRejectedException Reject(Execution execution, BrokerOutage outage)
    {
        _telemetry.Rejected(execution);
        return new(execution.Operation.Service, execution.Operation.Name, Name, outage.Reason, outage.Since, execution.Attempts - 1);
    }
}
