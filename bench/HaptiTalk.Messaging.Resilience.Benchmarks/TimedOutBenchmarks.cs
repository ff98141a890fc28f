using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Timeout;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>
/// One call whose only attempt takes too long, on a clock that is moved by hand: what it costs to end it, from its beginning to the
/// exception in its caller's hands.
/// </summary>
public class TimedOutBenchmarks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _pollyClock = new();
    private readonly FakeTimeProvider _clock = new();
    private ResiliencePipeline<int> _polly = null!;
    private PolicyProfile _profile = null!;
    private IServiceResilience _service = null!;

    [GlobalSetup]
    public void Setup()
    {
        _polly = new ResiliencePipelineBuilder<int> { TimeProvider = _pollyClock }.AddTimeout(Timeout).Build();
        _profile = new(Policy.Timeout, _clock, ("Timeout:DefaultTimeout", $"{Timeout:c}"));
        _service = _profile.Resilience;
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _profile.DisposeAsync();

    [Benchmark(Baseline = true, Description = "Polly's timeout alone")]
    public async Task<bool> PollyAsync()
    {
        ValueTask<int> call = _polly.ExecuteAsync(static token => HangAsync(token));
        _pollyClock.Advance(Timeout);
        try
        {
            await call;
            return false;
        }
        catch (TimeoutRejectedException)
        {
            return true;
        }
    }

    [Benchmark(Description = "ExecuteAsync, all five")]
    public async Task<bool> ExecuteAsync()
    {
        ValueTask<int> call = _service.ExecuteAsync(static token => HangAsync(token), PolicyProfile.Options);
        _clock.Advance(Timeout);
        try
        {
            await call;
            return false;
        }
        catch (ExecutionTimeoutException)
        {
            return true;
        }
    }

    private static async ValueTask<int> HangAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<int>();
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (never, token) => ((TaskCompletionSource<int>)never!).TrySetCanceled(token), never);
        return await never.Task;
    }
}
