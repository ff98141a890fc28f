using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Benchmarks.TimedOut;

/// <summary>What one burst of requests that nobody answered has cost.</summary>
internal sealed record TimedOutRound(double BytesPerCall, TimeSpan CpuPerCall, TimeSpan GcPause, TimeSpan LatestBy)
{
    public static async Task<TimedOutRound> RunAsync(IServiceProvider services, int calls, TimeSpan total, CancellationToken cancellationToken)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan pause = GC.GetTotalPauseDuration();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        TimeSpan[] late = await Task.WhenAll(Enumerable.Range(0, calls).Select(number => CallAsync(services, number, total, cancellationToken)));
        return new(
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / calls,
            (Environment.CpuUsage.TotalTime - cpu) / calls,
            GC.GetTotalPauseDuration() - pause,
            late.Max());
    }

    private static async Task<TimeSpan> CallAsync(IServiceProvider services, int number, TimeSpan total, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        IRequestClient<Unanswered> client = scope.ServiceProvider.GetRequiredService<IRequestClient<Unanswered>>();
        long startedAt = TimeProvider.System.GetTimestamp();
        try
        {
            await client.GetResponse<Unanswered>(new Unanswered(number), cancellationToken);
            throw new InvalidOperationException("Somebody has answered.");
        }
        catch (RequestTimeoutException)
        {
            return TimeProvider.System.GetElapsedTime(startedAt) - total;
        }
    }
}
