using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class CircuitBreakerPipeline
{
    public static PolicyDescriptor Policy { get; } =
        new("CircuitBreaker", PolicyPosition.BeforeCircuitBreaker, static (builder, state, _) => builder.AddCircuitBreaker(state))
        {
            Section = PolicySection.Of<CircuitBreakerOptions>("CircuitBreaker"),
            Instruments = CircuitBreakerTelemetry.Instruments,
            Validate = static profile => CircuitBreakerValidator.Validate(profile.CircuitBreaker),
        };

    public static ResiliencePipelineBuilder AddCircuitBreaker(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new AdmissionStrategy(bulkhead: null, new CircuitBreakerPolicy(new(state.Telemetry))), new PolicyOptions("CircuitBreaker"));
}
