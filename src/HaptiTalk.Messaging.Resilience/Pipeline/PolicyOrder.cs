using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The one place that says in which order the policies stand around the work, outermost first.</summary>
internal static class PolicyOrder
{
    public static ResiliencePipeline Build(ServiceState state, TimeProvider clock) =>
        new ResiliencePipelineBuilder { Name = state.Service, TimeProvider = clock }
            .AddFallback(state, clock)
            .AddBulkhead(state)
            .AddCircuitBreaker(state)
            .AddTotalTimeout(state)
            .AddRetry(state)
            .AddAttemptTimeout()
            .Build();
}
