using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class FallbackPipeline
{
    public static PolicyDescriptor Policy { get; } =
        new("Fallback", PolicyPosition.Outermost, static (builder, state, clock) => builder.AddFallback(state, clock))
        {
            Section = PolicySection.Of<FallbackOptions>("Fallback"),
            Instruments = FallbackTelemetry.Instruments,
        };

    public static ResiliencePipelineBuilder AddFallback(this ResiliencePipelineBuilder builder, ServiceState state, TimeProvider clock) =>
        builder.AddStrategy(_ => new FallbackStrategy(state, clock), new PolicyOptions("Fallback"));
}
