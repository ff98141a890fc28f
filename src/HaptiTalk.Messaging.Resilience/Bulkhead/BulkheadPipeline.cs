using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class BulkheadPipeline
{
    public static ResiliencePipelineBuilder AddBulkhead(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new AdmissionStrategy(new BulkheadPolicy(state), breaker: null), new PolicyOptions("Bulkhead"));

    public static ResiliencePipelineBuilder AddBulkheadAndCircuitBreaker(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(
            _ => new AdmissionStrategy(new BulkheadPolicy(state), new CircuitBreakerPolicy(state)), new PolicyOptions("Admission"));
}
