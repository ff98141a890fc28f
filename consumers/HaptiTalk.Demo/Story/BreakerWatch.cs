using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Demo;

/// <summary>A breaker was seen to change.</summary>
internal sealed record BreakerChange(long At, string Service, ResilienceSide Side, CircuitState To);

/// <summary>Looks at the live state again and again, as a monitor would.</summary>
internal sealed class BreakerWatch(IMessagingResilience? resilience, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<(string Service, ResilienceSide Side), CircuitState> _states = [];
    private readonly List<BreakerChange> _changes = [];
    private readonly Lock _gate = new();

    public IReadOnlyList<BreakerChange> Changes
    {
        get
        {
            lock (_gate)
                return [.. _changes];
        }
    }

    /// <summary>The longest queue seen before any bulkhead.</summary>
    public int LongestQueue { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        if (resilience is null)
            return;

        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                Look(resilience.GetSnapshot());
        }
        catch (OperationCanceledException)
        {
            Look(resilience.GetSnapshot());
        }
    }

    private void Look(IReadOnlyList<ServiceSnapshot> snapshots)
    {
        foreach (ServiceSnapshot snapshot in snapshots)
        {
            LongestQueue = Math.Max(LongestQueue, snapshot.QueueLength);
            var key = (snapshot.Service, snapshot.Side);
            if (_states.GetValueOrDefault(key) == snapshot.CircuitState)
                continue;

            _states[key] = snapshot.CircuitState;
            lock (_gate)
                _changes.Add(new(clock.GetTimestamp(), snapshot.Service, snapshot.Side, snapshot.CircuitState));
        }
    }
}
