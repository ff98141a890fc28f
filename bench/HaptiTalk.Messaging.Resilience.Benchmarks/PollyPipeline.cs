using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;

namespace HaptiTalk.Messaging.Resilience.Benchmarks;

/// <summary>The same policies with the same numbers, in the same order, as Polly alone offers them.</summary>
internal static class PollyPipeline
{
    /// <param name="policy">The only one in it.</param>
    /// <param name="isWatched">It measures what it does, as one does that the host's container builds.</param>
    public static ResiliencePipeline<int> Build(Policy policy = Policy.All, bool isWatched = false)
    {
        var builder = new ResiliencePipelineBuilder<int>();
        if (isWatched)
            builder.ConfigureTelemetry(NullLoggerFactory.Instance);
        if (policy is Policy.Fallback or Policy.All)
            builder.AddFallback(new FallbackStrategyOptions<int> { FallbackAction = static _ => Outcome.FromResultAsValueTask(-1) });
        if (policy is Policy.Bulkhead or Policy.All)
            builder.AddConcurrencyLimiter(permitLimit: 20, queueLimit: 10);
        if (policy is Policy.CircuitBreaker or Policy.All)
            builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<int> { BreakDuration = TimeSpan.FromMinutes(1) });
        if (policy is Policy.Timeout or Policy.All)
            builder.AddTimeout(TimeSpan.FromSeconds(5));
        if (policy is Policy.Retry or Policy.All)
            builder.AddRetry(new RetryStrategyOptions<int> { MaxRetryAttempts = 3 });
        return builder.Build();
    }
}
