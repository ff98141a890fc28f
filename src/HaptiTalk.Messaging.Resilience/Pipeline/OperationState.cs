namespace HaptiTalk.Messaging.Resilience;

/// <summary>One operation of a service on one side: its settings, its labels, and the state it shares with its siblings.</summary>
internal sealed class OperationState(ServiceState state, string name, ProfileModel model)
{
    private volatile ProfileModel _model = model;
    private int _held;

    public ServiceState State { get; } = state;

    public string Name { get; } = name;

    public string Service => State.Service;

    public ResilienceSide Side => State.Side;

    public ProfileModel Model => _model;

    public KeyValuePair<string, object?> ServiceTag { get; } = new("service", state.Service);

    public KeyValuePair<string, object?> OperationTag { get; } = new("operation", name);

    public KeyValuePair<string, object?> SideTag { get; } = new("side", SideName.Of(state.Side));

    /// <summary>Messages of this operation that are held because the circuit is open.</summary>
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

    public void Apply(ProfileModel model) => _model = model;
}
