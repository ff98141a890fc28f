using System.Threading.RateLimiting;
using Polly;

namespace HaptiTalk.Documentation.Tests;

public static class RateLimitPipeline
{
    public static ResiliencePipelineBuilder AddRateLimit(this ResiliencePipelineBuilder pipeline, RateLimiter limiter) =>
        pipeline.AddStrategy(_ => new RateLimitStrategy(limiter), new RateLimitOptions());

    // Polly asks for options with every strategy.
    private sealed class RateLimitOptions : ResilienceStrategyOptions;
}
