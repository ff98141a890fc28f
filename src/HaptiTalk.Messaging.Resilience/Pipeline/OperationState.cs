namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// One operation of a service on one side: its settings, its labels, its circuit, and the state it shares with its siblings. It is never
/// replaced, so it may be kept; <see cref="TransportResilience.OperationOf(ResilienceSide, Type, string?)"/> finds it.
/// </summary>
public sealed class OperationState
{
    private volatile ProfileModel _model;
    private volatile ServiceState _state;
    private volatile Circuit _circuit;
    private volatile bool _isDormant;
    private int _held;

    internal OperationState(ServiceState state, Circuit circuit, string name, ProfileModel model)
    {
        (_state, _circuit, _model) = (state, circuit, model);
        (Name, Service, Side) = (name, state.Service, state.Side);
        ServiceTag = new("service", state.Service);
        OperationTag = new("operation", name);
        SideTag = new("side", SideName.Of(state.Side));
        SpanName = SpanEvents.NameOf(name, state.Side);
        SpanTags = SpanEvents.TagsOf(state.Service, name, state.Side);
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The profile that applies.</summary>
    public string Service { get; }

    /// <summary>Where it is protected.</summary>
    public ResilienceSide Side { get; }

    /// <summary>The settings in force.</summary>
    public ServiceProfile Profile => _model.Profile;

    internal ServiceState State => _state;

    /// <summary>The circuit that it shares with its siblings, or has for itself.</summary>
    internal Circuit Circuit => _circuit;

    internal ProfileModel Model => _model;

    internal KeyValuePair<string, object?> ServiceTag { get; }

    internal KeyValuePair<string, object?> OperationTag { get; }

    internal KeyValuePair<string, object?> SideTag { get; }

    /// <summary>What a run's own span is called, and what it says from the beginning.</summary>
    internal string SpanName { get; }

    internal KeyValuePair<string, object?>[] SpanTags { get; }

    /// <summary>Reports a message that is not consumed, because its sender has given up.</summary>
    public void ReportExpired() => State.Telemetry.Expired(this);

    /// <summary>Reports a reply that is not sent, because the requester has its answer.</summary>
    public void ReportLateReply() => State.Telemetry.LateReply(this);

    /// <summary>Messages of this operation that are held because the circuit is open, or what their consumer calls was refused.</summary>
    internal int HeldMessages => Volatile.Read(ref _held);

    internal void Held() => Interlocked.Increment(ref _held);

    internal void Released() => Interlocked.Decrement(ref _held);

    /// <summary>False once a reload has taken the profile away, until something runs under its name again.</summary>
    internal bool IsShown => !_isDormant || HeldMessages > 0 || State.Bulkhead.ActiveCalls > 0 || State.Bulkhead.QueueLength > 0;

    /// <summary>Something runs.</summary>
    internal void Used()
    {
        if (_isDormant)
            _isDormant = false;
    }

    /// <summary>New settings are in force, under which it may share with others than before.</summary>
    internal void Apply(ProfileModel model, ServiceState state, Circuit circuit)
    {
        (_state, _circuit) = (state, circuit);
        _isDormant = !model.IsNamed && (_isDormant || _model.IsNamed);
        _model = model;
    }
}
