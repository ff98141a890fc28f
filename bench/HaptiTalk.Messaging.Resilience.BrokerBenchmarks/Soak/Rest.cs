using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>What is left when nothing is going on.</summary>
internal sealed record Rest(
    int NotClosed,
    int Running,
    int Held,
    long Waiting,
    long InErrorQueues,
    int Connections,
    int Channels,
    int Threads,
    long Timers,
    int ContainerStarts,
    long Memory)
{
    // The pool keeps some threads and MassTransit some timers; the runtime's own tables grow a little.
    private const int MoreThreads = 8;
    private const int MoreTimers = 8;

    // What starts a container leaves timers of its own in this process: nine after four starts, with nothing else in it.
    private const int TimersOfAStart = 3;
    private const long MoreMemory = 16 << 20;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Looks until nothing is amiss, or for so long after the queues last got shorter: what still waits is not lost. A circuit that the
    /// last of the load has opened closes by calls only: while one is not closed there are a request and a publish at each look.
    /// </summary>
    public static async Task<Rest> AwaitAsync(
        SoakSite site, SoakManagement management, SoakCalls calls, Rest? start, TimeSpan patience, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        long fewest = long.MaxValue;
        while (true)
        {
            if (site.Open.Length > 0)
                await calls.OneOfEachAsync();
            await Task.Delay(Step, TimeProvider.System, cancellationToken);
            Rest? now = await TakeAsync(site, management, cancellationToken);
            if (now?.Waiting < fewest)
                (fewest, began) = (now.Waiting, Stopwatch.GetTimestamp());
            bool isOver = Stopwatch.GetElapsedTime(began) > patience;
            if (now is not null && (isOver || now.AmissBeside(start ?? now).Count == 0))
                return now;
            await Progress.WriteAsync(now is null ? "the management API does not answer" : string.Join("; ", now.AmissBeside(start ?? now)));
            if (isOver)
                throw new TimeoutException("The management API does not answer.");
        }
    }

    /// <summary>What should not be so; <paramref name="start"/> is what was there before the first fault.</summary>
    public IReadOnlyList<string> AmissBeside(Rest start)
    {
        var amiss = new List<string>();
        Check("circuits not closed", NotClosed, 0);
        Check("calls in bulkheads", Running, 0);
        Check("messages held", Held, 0);
        Check("messages in queues", Waiting, 0);
        Check("connections", Connections, start.Connections);
        Check("channels", Channels, start.Channels);
        Check("threads", Threads, start.Threads + MoreThreads);
        Check("timers", Timers, start.Timers + MoreTimers + (TimersOfAStart * ContainerStarts));
        Check("bytes of memory", Memory, start.Memory + MoreMemory);
        return amiss;

        void Check(string what, long count, long most)
        {
            if (count > most)
                amiss.Add(FormattableString.Invariant($"{what}: {count:N0}, at most {most:N0}"));
        }
    }

    private static async Task<Rest?> TakeAsync(SoakSite site, SoakManagement management, CancellationToken cancellationToken)
    {
        if (await management.CountAsync(cancellationToken) is not { } broker)
            return null;
        UnobservedExceptions.Force();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ServiceSnapshot[] states = [.. site.Services.SelectMany(static service => service.Snapshot)];
        using var process = Process.GetCurrentProcess();
        return new(
            states.Count(static state => state.CircuitState != CircuitState.Closed),
            states.Sum(static state => state.ActiveCalls + state.QueueLength),
            states.Sum(static state => state.HeldMessages),
            broker.Waiting,
            broker.InErrorQueues,
            broker.Connections,
            broker.Channels,
            process.Threads.Count,
            Timer.ActiveCount,
            site.ContainerStarts,
            // GC.GetTotalMemory takes off what is free in the heap, and has come out below 0.
            GC.GetGCMemoryInfo(GCKind.FullBlocking).HeapSizeBytes);
    }
}
