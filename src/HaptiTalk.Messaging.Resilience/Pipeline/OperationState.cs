namespace HaptiTalk.Messaging.Resilience;

/// <summary>One operation of a service on one side: its settings, its labels, its circuit, and the state it shares with its siblings.</summary>
internal sealed class OperationState(ServiceState state, Circuit circuit, string name, ProfileModel model)
{
    private volatile ProfileModel _model = model;
    private volatile ServiceState _state = state;
    private volatile Circuit _circuit = circuit;
    private volatile bool _isDormant;
    private int _held;

    public ServiceState State => _state;

    /// <summary>The circuit that it shares with its siblings, or has for itself.</summary>
    public Circuit Circuit => _circuit;

    public string Name { get; } = name;

    public string Service { get; } = state.Service;

    public ResilienceSide Side { get; } = state.Side;

    public ProfileModel Model => _model;

    public KeyValuePair<string, object?> ServiceTag { get; } = new("service", state.Service);

    public KeyValuePair<string, object?> OperationTag { get; } = new("operation", name);

    public KeyValuePair<string, object?> SideTag { get; } = new("side", SideName.Of(state.Side));

    /// <summary>What a run's own span is called, and what it says from the beginning.</summary>
    public string SpanName { get; } = SpanEvents.NameOf(name, state.Side);

    public KeyValuePair<string, object?>[] SpanTags { get; } = SpanEvents.TagsOf(state.Service, name, state.Side);

    /// <summary>Messages of this operation that are held because the circuit is open, or what their consumer calls was refused.</summary>
    public int HeldMessages => Volatile.Read(ref _held);

    public void Held() => Interlocked.Increment(ref _held);

    public void Released() => Interlocked.Decrement(ref _held);

    /// <summary>False once a reload has taken the profile away, until something runs under its name again.</summary>
    public bool IsShown => !_isDormant || HeldMessages > 0 || State.Bulkhead.ActiveCalls > 0 || State.Bulkhead.QueueLength > 0;

    /// <summary>Something runs.</summary>
    public void Used()
    {
        if (_isDormant)
            _isDormant = false;
    }

    /// <summary>New settings are in force, under which it may share with others than before.</summary>
    public void Apply(ProfileModel model, ServiceState state, Circuit circuit)
    {
        (_state, _circuit) = (state, circuit);
        _isDormant = !model.IsNamed && (_isDormant || _model.IsNamed);
        _model = model;
    }
}
