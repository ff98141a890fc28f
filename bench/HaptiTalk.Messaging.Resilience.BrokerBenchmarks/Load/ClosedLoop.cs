using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;

/// <summary>Callers that each begin a call when their last one has ended: shows how much goes through, not how long callers wait.</summary>
internal static class ClosedLoop
{
    /// <param name="call">Fails by throwing: nothing is expected to fail.</param>
    /// <param name="callers">How many at once.</param>
    /// <param name="length">How long calls are begun.</param>
    /// <returns>What a call cost.</returns>
    public static async Task<Dictionary<string, double>> RunAsync(Func<Task> call, int callers, TimeSpan length)
    {
        long calls = 0;
        Expense expense = Expense.Begin();
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                await call();
                Interlocked.Increment(ref calls);
            }
        })));
        return expense.Of(calls);
    }
}
