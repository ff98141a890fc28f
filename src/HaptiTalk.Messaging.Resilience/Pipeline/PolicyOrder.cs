using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The one place that says in which order the policies stand around the work, outermost first.</summary>
internal static class PolicyOrder
{
    public static ResiliencePipeline Build(ServiceState state, TimeProvider clock, CustomPolicies custom) =>
        new ResiliencePipelineBuilder { Name = state.Service, TimeProvider = clock }
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
            .AddAttemptTimeout(state)
            .AddCustom(PolicyPosition.Innermost, state, custom)
            .Build();

    private static ResiliencePipelineBuilder AddCustom(
        this ResiliencePipelineBuilder builder, PolicyPosition position, ServiceState state, CustomPolicies custom) =>
        custom.AddTo(builder, position, state);
}
