using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class CircuitBreakerPipeline
{
    public static ResiliencePipelineBuilder AddCircuitBreaker(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new CircuitBreakerStrategy(state), new PolicyOptions("CircuitBreaker"));
}
