using System.Collections.Concurrent;
using System.Diagnostics;
using HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Load;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Chains;

/// <summary>Makes the calls of a load, each in a scope of its own, as web requests do, and says how they ended.</summary>
internal sealed class CallLoad(IServiceProvider services)
{
    public const string Answered = "answered";

    private int _number;

    public async Task<LoadResult> RunAsync(LoadOrder load, CancellationToken cancellationToken)
    {
        int first = _number + 1;
        int succeeded = 0;
        var failed = new Latencies();
        var outcomes = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        long calls = await OpenLoop.RunAsync(_ => CallAsync(), load.PerSecond, load.Length, cancellationToken);
        return new((int)calls, succeeded, outcomes, first, failed.At(99));

        async Task CallAsync()
        {
            // A call that was due while the process was stopped begins now: what is asked is how soon it ends from here on.
            long began = Stopwatch.GetTimestamp();
            string outcome = await EndAsync(load, Interlocked.Increment(ref _number), cancellationToken);
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            outcomes.AddOrUpdate(outcome, 1, static (_, times) => times + 1);
            if (outcome != Answered)
                failed.Add(took);
            else if (!(took > load.InTime))
                Interlocked.Increment(ref succeeded);
        }
    }

    private async Task<string> EndAsync(LoadOrder load, int number, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        MessageKind kind = MessageKind.Of(load.Message);
        try
        {
            await (load.IsPublished
                ? kind.PublishAsync(scope.ServiceProvider, number, load.IsBad, cancellationToken)
                : kind.AskAsync(scope.ServiceProvider, number, load.IsBad, cancellationToken));
            return Answered;
        }
        catch (RejectedException refused)
        {
            return $"{refused.GetType().Name} of {refused.Service}{(refused.IsRemote ? "" : ", refused by the caller itself")}";
        }
        catch (Exception failure)
        {
            return failure.GetType().Name;
        }
    }
}
