using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// Work that succeeds, through each policy alone and through all of them: Polly's, the framework's taken out of it, and a call under
/// a profile that lets only this policy act.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class PolicyBenchmarks
{
    private const string Sync = "completes synchronously";
    private const string Async = "yields";
    private const int Calls = 1000;

    private readonly CancellationTokenSource _caller = new();
    private ResiliencePipeline<int> _polly = null!;
    private PolicyProfile _profile = null!;
    private IServiceResilience _service = null!;
    private StrategyAlone _alone = null!;

    /// <summary>The only one that can act.</summary>
    [ParamsAllValues]
    public Policy Acting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _polly = PollyPipeline.Build(Acting);
        _profile = new(Acting);
        _service = _profile.Resilience;
        _alone = new(Acting, _profile.Services);
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _profile.DisposeAsync();
        _caller.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Polly"), BenchmarkCategory(Sync)]
    public ValueTask<int> PollySync() => _polly.ExecuteAsync(static _ => ValueTask.FromResult(1), _caller.Token);

    [Benchmark(Description = "The policy itself"), BenchmarkCategory(Sync)]
    public ValueTask<int> AloneSync() => _alone.ExecuteAsync(static _ => ValueTask.FromResult(1), _caller.Token);

    [Benchmark(Description = "ExecuteAsync"), BenchmarkCategory(Sync)]
    public ValueTask<int> ExecuteSync() => _service.ExecuteAsync(static _ => ValueTask.FromResult(1), PolicyProfile.Options, _caller.Token);

    // In a loop, because waking the benchmark's own thread would take longer than the call.
    [Benchmark(Baseline = true, Description = "Polly", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task PollyAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _polly.ExecuteAsync(static _ => YieldAsync(), _caller.Token);
    }

    [Benchmark(Description = "The policy itself", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task AloneAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _alone.ExecuteAsync(static _ => YieldAsync(), _caller.Token);
    }

    [Benchmark(Description = "ExecuteAsync", OperationsPerInvoke = Calls), BenchmarkCategory(Async)]
    public async Task ExecuteAsync()
    {
        for (int i = 0; i < Calls; i++)
            await _service.ExecuteAsync(static _ => YieldAsync(), PolicyProfile.Options, _caller.Token);
    }

    private static async ValueTask<int> YieldAsync()
    {
        await Task.Yield();
        return 1;
    }
}
