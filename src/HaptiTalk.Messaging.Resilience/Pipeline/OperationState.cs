namespace HaptiTalk.Messaging.Resilience;

/// <summary>One operation of a service on one side: its settings, its labels, and the state it shares with its siblings.</summary>
internal sealed class OperationState(ServiceState state, string name, ProfileModel model)
{
    private volatile ProfileModel _model = model;
    private volatile bool _isDormant;
    private int _held;

    public ServiceState State { get; } = state;

    public string Name { get; } = name;

    public string Service => State.Service;

    public ResilienceSide Side => State.Side;

    public ProfileModel Model => _model;

    public KeyValuePair<string, object?> ServiceTag { get; } = new("service", state.Service);

    public KeyValuePair<string, object?> OperationTag { get; } = new("operation", name);

    public KeyValuePair<string, object?> SideTag { get; } = new("side", SideName.Of(state.Side));

    /// <summary>What a run's own span is called, and what it says from the beginning.</summary>
    public string SpanName { get; } = SpanEvents.NameOf(name, state.Side);

    public KeyValuePair<string, object?>[] SpanTags { get; } = SpanEvents.TagsOf(state.Service, name, state.Side);

    /// <summary>Messages of this operation that are held because the circuit is open, or what their consumer calls was refused.</summary>
    public int HeldMessages => Volatile.Read(ref _held);

    public void Held()
    {
        Interlocked.Increment(ref _held);
        State.Held();
    }

    public void Released()
    {
        Interlocked.Decrement(ref _held);
        State.Released();
    }

    /// <summary>False once a reload has taken the profile away, until something runs under its name again.</summary>
    public bool IsShown => !_isDormant || HeldMessages > 0 || State.Bulkhead.ActiveCalls > 0 || State.Bulkhead.QueueLength > 0;

    /// <summary>Something runs.</summary>
    public void Used()
    {
        if (_isDormant)
            _isDormant = false;
    }

    public void Apply(ProfileModel model)
    {
        _isDormant = !model.IsNamed && (_isDormant || _model.IsNamed);
        _model = model;
    }
}
