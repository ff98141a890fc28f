using Polly;

namespace HaptiTalk.Messaging.Resilience;

internal static class RetryPipeline
{
    public static PolicyDescriptor Policy { get; } =
        new("Retry", PolicyPosition.BeforeRetry, static (builder, state, _) => builder.AddRetry(state))
        {
            Section = PolicySection.Of<RetryOptions>("Retry"),
            Instruments = RetryTelemetry.Instruments,
            Validate = static profile => RetryValidator.Validate(profile.Retry),
        };

    public static ResiliencePipelineBuilder AddRetry(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(_ => new RetryStrategy(state, timeout: null, builder.TimeProvider!), new PolicyOptions("Retry"));

    /// <summary>
    /// The retry with both timeouts. No attempt lasts longer than what is left of the total, and neither does a wait between two: the
    /// total needs no timer of its own.
    /// </summary>
    public static ResiliencePipelineBuilder AddRetryAndTimeouts(this ResiliencePipelineBuilder builder, ServiceState state) =>
        builder.AddStrategy(
            _ => new RetryStrategy(state, new AttemptTimeoutPolicy(builder.TimeProvider!, state.Pauses), builder.TimeProvider!), new PolicyOptions("RetryAndTimeouts"));
}
