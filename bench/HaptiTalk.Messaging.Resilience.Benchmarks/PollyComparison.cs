using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>Work that succeeds, through Polly and through a call under a profile that lets only the same policy act.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public abstract class PollyComparison
{
    private protected const string Sync = "completes synchronously";
    private protected const string Async = "yields";
    private protected const int Calls = 1000;

    private readonly CancellationTokenSource _caller = new();
    private ResiliencePipeline<int> _polly = null!;
    private IServiceResilience _service = null!;

    /// <summary>The only one that can act.</summary>
    [ParamsAllValues]
    public Policy Acting { get; set; }

    private protected PolicyProfile Profile { get; private set; } = null!;

    private protected CancellationToken Caller => _caller.Token;

    [GlobalCleanup]
    public virtual async Task CleanupAsync()
    {
        await Profile.DisposeAsync();
        _caller.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Polly"), BenchmarkCategory(Sync)]
    public ValueTask<int> PollySync() => _polly.ExecuteAsync(static _ => ValueTask.FromResult(1), _caller.Token);

    [Benchmark(Description = "ExecuteAsync"), BenchmarkCategory(Sync)]
    public ValueTask<int> ExecuteSync() => _service.ExecuteAsync(static _ => ValueTask.FromResult(1), PolicyProfile.Options, _caller.Token);

    // In a loop, because waking the benchmark's own thread would take longer than the call.
    [Benchmark(Baseline = true, Description = "Polly", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task PollyAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _polly.ExecuteAsync(static _ => YieldAsync(), _caller.Token);
    }

    [Benchmark(Description = "ExecuteAsync", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task ExecuteAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _service.ExecuteAsync(static _ => YieldAsync(), PolicyProfile.Options, _caller.Token);
    }

    /// <param name="isWatched">Polly measures what it does, too.</param>
    private protected void Build(bool isWatched)
    {
        _polly = PollyPipeline.Build(Acting, isWatched);
        Profile = new(Acting);
        _service = Profile.Resilience;
    }

    private protected static async ValueTask<int> YieldAsync()
    {
        await Task.Yield();
        return 1;
    }
}
