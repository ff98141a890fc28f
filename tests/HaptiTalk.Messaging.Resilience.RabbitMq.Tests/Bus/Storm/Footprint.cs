using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus.Storm;

/// <summary>What this process holds on to at a quiet moment.</summary>
internal sealed record Footprint(long HeapBytes, int Threads, long Timers)
{
    // Of thousands of requests, one that kept as little as a delivery each would show.
    private const long HeapTolerance = 2 * 1024 * 1024;
    private const int ThreadTolerance = 16;
    private const int TimerTolerance = 16;

    public static Footprint Measure()
    {
        // Twice, for what only a finalizer lets go.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return new(GC.GetTotalMemory(forceFullCollection: true), process.Threads.Count, Timer.ActiveCount);
    }

    public void ShouldBeNoLargerThan(Footprint before)
    {
        HeapBytes.ShouldBeLessThan(before.HeapBytes + HeapTolerance);
        Threads.ShouldBeLessThan(before.Threads + ThreadTolerance);
        Timers.ShouldBeLessThan(before.Timers + TimerTolerance);
    }
}
