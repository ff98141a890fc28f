using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The one place that says in which order the policies stand around the work, outermost first.</summary>
internal static class PolicyOrder
{
    public static ResiliencePipeline Build(ServiceState state, TimeProvider clock, CustomPolicies custom)
    {
        var builder = new ResiliencePipelineBuilder { Name = state.Service, TimeProvider = custom.Any ? new UnpooledClock(clock) : clock };
        return custom.Any
            ? builder
                .AddCustom(PolicyPosition.Outermost, state, custom)
                .AddFallback(state, clock)
                .AddCustom(PolicyPosition.BeforeBulkhead, state, custom)
                .AddBulkhead(state)
                .AddCustom(PolicyPosition.BeforeCircuitBreaker, state, custom)
                .AddCircuitBreaker(state)
                .AddCustom(PolicyPosition.BeforeTimeout, state, custom)
                .AddTotalTimeout(state)
                .AddCustom(PolicyPosition.BeforeRetry, state, custom)
                .AddRetry(state)
                .AddCustom(PolicyPosition.BeforeAttempt, state, custom)
                .AddAttemptTimeout()
                .AddCustom(PolicyPosition.Innermost, state, custom)
                .Build()

            // The same, in as few strategies as it takes where nothing stands between them: each costs every call.
            : builder
                .AddFallback(state, clock)
                .AddBulkheadAndCircuitBreaker(state)
                .AddRetryAndTimeouts(state)
                .Build();
    }

    private static ResiliencePipelineBuilder AddCustom(
        this ResiliencePipelineBuilder builder, PolicyPosition position, ServiceState state, CustomPolicies custom) =>
        custom.AddTo(builder, position, state);
}
