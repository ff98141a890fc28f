using BenchmarkDotNet.Attributes;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// Many threads at once through one breaker, one bulkhead and all five. The time is that of all calls together, divided by their
/// number: it stays the same where the total throughput does.
/// </summary>
public class ContentionBenchmarks
{
    private const int Calls = 320_000;
    private const int Most = 16;

    private ResiliencePipeline<int> _polly = null!;
    private PolicyProfile _profile = null!;
    private IServiceResilience _service = null!;

    /// <summary>What all of them go through.</summary>
    [Params(Policy.CircuitBreaker, Policy.Bulkhead, Policy.All)]
    public Policy Acting { get; set; }

    /// <summary>One, as many as there are cores, and sixteen.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    public static IEnumerable<int> ThreadCounts => new[] { 1, Math.Min(Most, Environment.ProcessorCount), Most }.Distinct();

    [GlobalSetup]
    public void Setup()
    {
        _polly = PollyPipeline.Build(Acting);
        _profile = new(Acting);
        _service = _profile.Resilience;
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _profile.DisposeAsync();

    [Benchmark(Baseline = true, Description = "Polly", OperationsPerInvoke = Calls)]
    public Task PollyAsync() => OnAllThreadsAsync(() => HasEnded(_polly.ExecuteAsync(static _ => ValueTask.FromResult(1))));

    [Benchmark(Description = "ExecuteAsync", OperationsPerInvoke = Calls)]
    public Task ExecuteAsync() =>
        OnAllThreadsAsync(() => HasEnded(_service.ExecuteAsync(static _ => ValueTask.FromResult(1), PolicyProfile.Options)));

    // Each on a thread of its own: what completes synchronously never leaves it.
    private Task OnAllThreadsAsync(Func<bool> call) => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
        () =>
        {
            for (int i = Calls / Threads; i > 0; i--)
            {
                if (!call())
                    throw new InvalidOperationException("A call failed or had to wait.");
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default)));

    private static bool HasEnded(in ValueTask<int> call) => call.IsCompletedSuccessfully;
}
