using BenchmarkDotNet.Attributes;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>Each policy with nobody who measures: Polly's, the framework's taken out of it, and a call of the framework's.</summary>
public class PolicyBenchmarks : PollyComparison
{
    private StrategyAlone _alone = null!;

    [GlobalSetup]
    public void Setup()
    {
        Build(isWatched: false);
        _alone = new(Acting, Profile.Services);
    }

    [Benchmark(Description = "The policy itself"), BenchmarkCategory(Sync)]
    public ValueTask<int> AloneSync() => _alone.ExecuteAsync(static _ => ValueTask.FromResult(1), Caller);

    [Benchmark(Description = "The policy itself", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task AloneAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _alone.ExecuteAsync(static _ => YieldAsync(), Caller);
    }
}
