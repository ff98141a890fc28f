using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A thousand calls at once, each timed from its own start.</summary>
internal sealed record OutageBurst(IReadOnlyList<EndedCall> Calls, double Neighbours, TimeSpan Collecting)
{
    private const int Size = 1000;
    private const double LoudNeighbours = 0.2;
    private const double MostExcused = 0.9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private TimeSpan Longest => Calls.Max(static call => call.Took);

    public static async Task<OutageBurst> RunAsync(Func<Task> call)
    {
        var neighbours = new Neighbours();
        TimeSpan collecting = GC.GetTotalPauseDuration();
        // On the thread pool and not where the test runs, so that nothing queues behind one another for the test's sake.
        EndedCall[] calls = await Task.Run(() => Task.WhenAll(Enumerable.Range(0, Size).Select(_ => EndedCall.OfAsync(call))));
        return new(calls, neighbours.Share(), GC.GetTotalPauseDuration() - collecting);
    }

    /// <summary>
    /// A burst that says something: one that was late while other programs had much of the machine is measured again, for at most a
    /// minute. Where the machine was ours, late is late.
    /// </summary>
    public static async Task<OutageBurst> MeasureAsync(Func<Task> call, TimeSpan total, TimeSpan tolerance)
    {
        long start = Stopwatch.GetTimestamp();
        OutageBurst burst = await RunAsync(call);
        while (burst.LongestOvertime(total) > tolerance && burst.Neighbours > LoudNeighbours && Stopwatch.GetElapsedTime(start) < Patience)
            burst = await RunAsync(call);
        return burst;
    }

    /// <summary>
    /// How far the call that took longest went past its total timeout, less the share of that time which other programs had the
    /// machine: on a quiet one, the plain difference; on none less than a tenth of it.
    /// </summary>
    public TimeSpan LongestOvertime(TimeSpan total) => (Longest - total) * (1 - Math.Min(Neighbours, MostExcused));

    /// <summary>What tells whose time it was.</summary>
    public override string ToString() =>
        $"longest {Longest.TotalMilliseconds:0} ms, median {Calls.Select(static call => call.Took).Order().ElementAt(Size / 2).TotalMilliseconds:0} ms; "
        + $"meanwhile {Neighbours:P0} of the machine went to other programs, {Collecting.TotalMilliseconds:0} ms to the garbage collector";
}

/// <summary>How a call ended, and how long after its start.</summary>
internal sealed record EndedCall(TimeSpan Took, Exception? Failure)
{
    // Of a call that has not ended by then, no more is to be learnt.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<EndedCall> OfAsync(Func<Task> call)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await call().WaitAsync(Patience);
            return new(Stopwatch.GetElapsedTime(start), Failure: null);
        }
        catch (Exception failure)
        {
            return new(Stopwatch.GetElapsedTime(start), failure);
        }
    }
}
