using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// The same work through each policy as it is run in a host: measured, by the framework and by Polly's own telemetry, for somebody
/// who listens to both.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class WatchedBenchmarks
{
    private const string Sync = "completes synchronously";
    private const string Async = "yields";
    private const int Calls = 1000;

    private readonly CancellationTokenSource _caller = new();
    private readonly MeterListener _listener = new();
    private ResiliencePipeline<int> _polly = null!;
    private PolicyProfile _profile = null!;
    private IServiceResilience _service = null!;

    /// <summary>The only one that can act.</summary>
    [ParamsAllValues]
    public Policy Acting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is "Polly" or "HaptiTalk.Messaging.Resilience")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<int>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.Start();
        _polly = PollyPipeline.Build(Acting, isWatched: true);
        _profile = new(Acting);
        _service = _profile.Resilience;
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        _listener.Dispose();
        await _profile.DisposeAsync();
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

    private static async ValueTask<int> YieldAsync()
    {
        await Task.Yield();
        return 1;
    }
}
