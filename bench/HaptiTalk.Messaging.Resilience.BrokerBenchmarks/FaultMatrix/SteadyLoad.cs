namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.FaultMatrix;

/// <summary>Calls that begin one after the other, whether those before have ended or not.</summary>
internal sealed class SteadyLoad(IServiceProvider services, Func<int> nextNumber)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Begins calls until <paramref name="until"/> has ended; returns them when they have.</summary>
    public async Task<EndedCall[]> RunAsync(Func<IServiceProvider, int, Task> call, Task until)
    {
        var calls = new List<Task<EndedCall>>();
        using var timer = new PeriodicTimer(Interval);
        while (!until.IsCompleted)
        {
            calls.Add(EndedCall.OfAsync(call, services, nextNumber()));
            await timer.WaitForNextTickAsync();
        }

        return await Task.WhenAll(calls);
    }

    /// <summary>A thousand at once.</summary>
    public Task<EndedCall[]> BurstAsync(Func<IServiceProvider, int, Task> call) =>
        Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => EndedCall.OfAsync(call, services, nextNumber())));
}
