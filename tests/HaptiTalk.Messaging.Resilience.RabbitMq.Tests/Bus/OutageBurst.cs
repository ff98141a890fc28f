using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience.RabbitMq.Tests.Bus;

/// <summary>A thousand calls at once, of each kind as many, each timed from its own start.</summary>
internal static class OutageBurst
{
    private const int Size = 1000;

    // Of a call that has not ended by then, no more is to be learnt.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>On the thread pool and not where the test runs, so that nothing queues behind one another for the test's sake.</summary>
    public static Task<EndedCall[]> RunAsync(params Func<Task>[] calls) =>
        Task.Run(() => Task.WhenAll(Enumerable.Range(0, Size).Select(number => EndAsync(calls[number % calls.Length]))));

    private static async Task<EndedCall> EndAsync(Func<Task> call)
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

/// <summary>How a call ended, and how long after its start.</summary>
internal sealed record EndedCall(TimeSpan Took, Exception? Failure);
