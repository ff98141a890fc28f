using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class RetryPipeline
{
    public static ResiliencePipelineBuilder AddRetry(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new RetryStrategy(state, builder.TimeProvider!), new PolicyOptions("Retry"));
}
