using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class BulkheadPipeline
{
    public static PolicyDescriptor Policy { get; } =
        new("Bulkhead", PolicyPosition.BeforeBulkhead, static (builder, state, _) => builder.AddBulkhead(state))
        {
            Section = PolicySection.Of<BulkheadOptions>("Bulkhead"),
            Instruments = BulkheadTelemetry.Instruments,
            Fused = new(["CircuitBreaker"], static (builder, state, _) => builder.AddBulkheadAndCircuitBreaker(state)),
        };

    public static ResiliencePipelineBuilder AddBulkhead(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new AdmissionStrategy(new BulkheadPolicy(state), breaker: null), new PolicyOptions("Bulkhead"));

    public static ResiliencePipelineBuilder AddBulkheadAndCircuitBreaker(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(
            _ => new AdmissionStrategy(new BulkheadPolicy(state), new CircuitBreakerPolicy(new(state.Telemetry))), new PolicyOptions("Admission"));
}
