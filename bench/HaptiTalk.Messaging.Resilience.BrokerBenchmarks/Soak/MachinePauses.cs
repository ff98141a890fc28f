using System.Collections.Concurrent;
using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>
/// When this process did not run although it wanted to, because the machine had else to do or memory was tidied: a thread that does
/// nothing but wake up notes each time that it woke up late.
/// </summary>
internal sealed class MachinePauses : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Negligible = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<(long From, long To)> _pauses = new();
    private readonly ManualResetEvent _stopped = new(initialState: false);
    private readonly Thread _watchdog;

    public MachinePauses()
    {
        _watchdog = new Thread(Watch) { IsBackground = true, Name = "watchdog" };
        _watchdog.Start();
    }

    public int Count => _pauses.Count;

    public TimeSpan Longest => _pauses.Select(static pause => Stopwatch.GetElapsedTime(pause.From, pause.To)).DefaultIfEmpty().Max();

    /// <summary>How much of a stretch of time the machine took for itself.</summary>
    public TimeSpan Within(long from, long to) => _pauses.Aggregate(TimeSpan.Zero, (sum, pause) =>
        Math.Max(pause.From, from) is var begin && Math.Min(pause.To, to) is var end && end > begin
            ? sum + Stopwatch.GetElapsedTime(begin, end)
            : sum);

    public void Dispose()
    {
        _stopped.Set();
        _watchdog.Join();
        _stopped.Dispose();
    }

    private void Watch()
    {
        long before = Stopwatch.GetTimestamp();
        while (!_stopped.WaitOne(Step))
        {
            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, now) > Step + Negligible)
                _pauses.Enqueue((before, now));
            before = now;
        }
    }
}
