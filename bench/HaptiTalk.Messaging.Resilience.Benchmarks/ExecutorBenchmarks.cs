using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using HaptiTalk.Messaging.Resilience.Monitoring;
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
    private readonly CancellationTokenSource _caller = new();
    private readonly ServiceProvider _services = Build();
    private readonly ServiceProvider _watchedServices = Build();
    private IServiceResilience _service = null!;
    private IServiceResilience _watched = null!;

    [GlobalSetup]
    public void Setup()
    {
        _service = UserOf(_services);
        _watched = UserOf(_watchedServices);

        // What MapMessagingResilience does.
        _watchedServices.GetRequiredService<IResilienceMonitor>().KeepLastMinute();
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _services.DisposeAsync();
        await _watchedServices.DisposeAsync();
        _caller.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Polly"), BenchmarkCategory(Sync)]
    public ValueTask<int> PollySync() => _polly.ExecuteAsync(static _ => ValueTask.FromResult(1), _caller.Token);

    [Benchmark(Description = "ExecuteAsync"), BenchmarkCategory(Sync)]
    public ValueTask<int> ExecuteSync() => _service.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, _caller.Token);

    [Benchmark(Description = "ExecuteAsync, endpoints mapped"), BenchmarkCategory(Sync)]
    public ValueTask<int> ExecuteWatchedSync() => _watched.ExecuteAsync(static _ => ValueTask.FromResult(1), Options, _caller.Token);

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

    private static ServiceProvider Build() =>
        new ServiceCollection().AddMessagingResilience(new ConfigurationBuilder().Build()).Services.BuildServiceProvider();

    private static IServiceResilience UserOf(ServiceProvider services)
    {
        IServiceResilience user = services.GetRequiredService<IMessagingResilience>().For("user");
        user.RegisterFallback("getUserProfile", static (_, _) => ValueTask.FromResult(-1));
        return user;
    }

    private static async ValueTask<int> YieldAsync()
    {
        await Task.Yield();
        return 1;
    }
}
