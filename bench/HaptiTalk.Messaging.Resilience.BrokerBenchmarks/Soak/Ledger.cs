namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// Which events were confirmed and which arrived. All of it is there from the start, so that it does not look like a leak.
/// </summary>
internal sealed class Ledger(int capacity)
{
    private readonly bool[] _confirmed = new bool[capacity];
    private readonly int[] _arrived = new int[capacity];
    private int _last = -1;

    public int Confirmed => _confirmed.Count(static isConfirmed => isConfirmed);

    /// <summary>Confirmed, and consumed by nobody.</summary>
    public int Lost => Enumerable.Range(0, capacity).Count(number => _confirmed[number] && _arrived[number] == 0);

    public int Repeated => _arrived.Count(static times => times > 1);

    public int Next() => Interlocked.Increment(ref _last);

    public void Confirm(int number) => Volatile.Write(ref _confirmed[number], true);

    public void Arrive(int number) => Interlocked.Increment(ref _arrived[number]);
}
