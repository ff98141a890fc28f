using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>Work that succeeds at once, uncontended, through all five policies: what they cost where nothing goes wrong.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class ExecutorBenchmarks
{
    private const string Sync = "completes synchronously";
    private const string Async = "yields";
    private const int Calls = 1000;

    private static readonly ExecutionOptions Options = new() { Operation = "getUserProfile", Dependency = "database", FallbackKey = "getUserProfile" };

    private readonly ResiliencePipeline<int> _polly = PollyPipeline.Build();
    private CancellationTokenSource _caller = null!;
    private ServiceProvider _services = null!;
    private IServiceResilience _service = null!;

    [GlobalSetup]
    public void Setup()
    {
        _caller = new CancellationTokenSource();
        _services = new ServiceCollection().AddMessagingResilience(new ConfigurationBuilder().Build()).Services.BuildServiceProvider();
        _service = _services.GetRequiredService<IMessagingResilience>().For("user");
        _service.RegisterFallback("getUserProfile", static (_, _) => ValueTask.FromResult(-1));
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _services.DisposeAsync();
        _caller.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Polly"), BenchmarkCategory(Sync)]
    public ValueTask<int> PollySync() => _polly.ExecuteAsync(static _ => ValueTask.FromResult(1), _caller.Token);

    [Benchmark(Description = "ExecuteAsync"), BenchmarkCategory(Sync)]
    public ValueTask<int> ExecuteSync() => _service.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, _caller.Token);

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
            await _service.ExecuteAsync(static _ => YieldAsync(), Options, _caller.Token);
    }

    private static async ValueTask<int> YieldAsync()
    {
        await Task.Yield();
        return 1;
    }
}
