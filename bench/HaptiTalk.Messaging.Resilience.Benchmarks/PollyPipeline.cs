using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>The same five policies with the same numbers, in the same order, as Polly alone offers them.</summary>
internal static class PollyPipeline
{
    public static ResiliencePipeline<int> Build() => new ResiliencePipelineBuilder<int>()
        .AddFallback(new FallbackStrategyOptions<int> { FallbackAction = static _ => Outcome.FromResultAsValueTask(-1) })
        .AddConcurrencyLimiter(permitLimit: 20, queueLimit: 10)
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<int> { BreakDuration = TimeSpan.FromMinutes(1) })
        .AddTimeout(TimeSpan.FromSeconds(5))
        .AddRetry(new RetryStrategyOptions<int> { MaxRetryAttempts = 3 })
        .Build();
}
