namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The instances of a called service that have answered of late. A fault of one instance is no outage of the service while another
/// one answers: the caller's circuit would refuse what that one could do.
/// </summary>
internal sealed class AnsweringInstances(TimeProvider clock)
{
    // Longer than the answers of a service in use are apart.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    // Two are enough to know of another than any one.
    private Seen? _first;
    private Seen? _second;

    /// <summary>An instance has answered, and not with a fault.</summary>
    public void Answered(InstanceId instance)
    {
        long now = clock.GetTimestamp();
        if (_first is { } first && first.Instance == instance)
            first.At = now;
        else if (_second is { } second && second.Instance == instance)
            second.At = now;
        else if (!IsRecent(_first))
            _first = new(instance, now);
        else if (!IsRecent(_second))
            _second = new(instance, now);
    }

    /// <summary>Another instance than this one has answered of late.</summary>
    public bool AreThereOthersThan(InstanceId instance) => IsOther(_first, instance) || IsOther(_second, instance);

    private bool IsOther(Seen? seen, InstanceId instance) => seen is not null && seen.Instance != instance && IsRecent(seen);

    private bool IsRecent(Seen? seen) => seen is not null && clock.GetElapsedTime(Volatile.Read(ref seen.At)) <= Recent;

    // Calls that end at once may each take a place for the same instance: then the other is known a moment later.
    private sealed class Seen(InstanceId instance, long at)
    {
        public long At = at;

        public InstanceId Instance { get; } = instance;
    }
}
