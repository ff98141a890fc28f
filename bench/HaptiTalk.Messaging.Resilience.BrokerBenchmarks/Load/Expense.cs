using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>What a stretch of work cost this process.</summary>
internal sealed class Expense
{
    private readonly TimeSpan _cpu;
    private readonly long _allocated;
    private readonly int _collections;
    private readonly long _workItems;
    private readonly long _started;

    private Expense()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _cpu = Cpu();
        _allocated = GC.GetTotalAllocatedBytes(precise: true);
        _collections = GC.CollectionCount(0);
        _workItems = ThreadPool.CompletedWorkItemCount;
        _started = Stopwatch.GetTimestamp();
    }

    public static Expense Begin() => new();

    /// <param name="calls">Calls that ended meanwhile.</param>
    public Dictionary<string, double> Of(long calls)
    {
        double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        return new(StringComparer.Ordinal)
        {
            ["perSecond"] = calls / seconds,
            ["bytesPerCall"] = (GC.GetTotalAllocatedBytes(precise: true) - _allocated) / (double)calls,
            ["cpuMicrosecondsPerCall"] = (Cpu() - _cpu).TotalMicroseconds / calls,
            ["workItemsPerCall"] = (ThreadPool.CompletedWorkItemCount - _workItems) / (double)calls,
            ["collectionsPerThousandCalls"] = (GC.CollectionCount(0) - _collections) * 1000.0 / calls,
        };
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
