using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class CircuitBreakerPipeline
{
    public static ResiliencePipelineBuilder AddCircuitBreaker(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new AdmissionStrategy(bulkhead: null, new CircuitBreakerPolicy(state)), new PolicyOptions("CircuitBreaker"));
}
