using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>
/// Calls that begin when they are due, whether those before have ended or not. A call's time counts from when it was due, so that
/// a stall shows in all the calls it held up.
/// </summary>
internal static class OpenLoop
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <param name="call">Is given when it was due, and never throws.</param>
    /// <param name="perSecond">How many are due.</param>
    /// <param name="length">How long calls are begun.</param>
    /// <param name="cancellationToken">Begins no more.</param>
    /// <returns>Ends when all calls have ended; how many there were.</returns>
    public static async Task<long> RunAsync(Func<long, Task> call, double perSecond, TimeSpan length, CancellationToken cancellationToken)
    {
        long total = (long)(perSecond * length.TotalSeconds);
        long started = Stopwatch.GetTimestamp();
        double ticksPerCall = Stopwatch.Frequency / perSecond;
        var calls = new List<Task>((int)total);
        using var timer = new PeriodicTimer(Tick);
        for (long begun = 0; begun < total;)
        {
            long due = started + (long)(begun * ticksPerCall);
            if (Stopwatch.GetTimestamp() < due)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                continue;
            }

            begun++;
            // Not on this thread: what a call does before it first waits must not hold up the next.
            calls.Add(Task.Run(() => call(due), cancellationToken));
        }

        await Task.WhenAll(calls);
        return total;
    }
}
