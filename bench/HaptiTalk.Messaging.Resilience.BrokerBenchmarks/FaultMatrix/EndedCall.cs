using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>How long a call took, and whether it succeeded.</summary>
internal readonly record struct EndedCall(int Number, TimeSpan Took, bool Succeeded)
{
    /// <summary>Nobody looks longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task<EndedCall> OfAsync(Func<IServiceProvider, int, Task> call, IServiceProvider services, int number)
    {
        long start = Stopwatch.GetTimestamp();
        bool succeeded = false;
        Task pending = Task.Run(() => call(services, number));
        try
        {
            await pending.WaitAsync(Patience);
            succeeded = true;
        }
        catch (Exception)
        {
            // What matters here is when, not why.
            _ = pending.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return new(number, Stopwatch.GetElapsedTime(start), succeeded);
    }
}
