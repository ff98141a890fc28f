using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The policies around the work, outermost first. This is the one place that says so.</summary>
internal static class PolicyOrder
{
    public static IReadOnlyList<PolicyDescriptor> All { get; } =
    [
        FallbackPipeline.Policy,
        BulkheadPipeline.Policy,
        CircuitBreakerPipeline.Policy,
        TimeoutPipeline.TotalPolicy,
        RetryPipeline.Policy,
        TimeoutPipeline.AttemptPolicy,
    ];

    public static ResiliencePipeline Build(ServiceState state, TimeProvider clock, CustomPolicies custom) => Build(All, state, clock, custom);

    /// <summary>Builds the pipeline of any list of policies.</summary>
    public static ResiliencePipeline Build(IReadOnlyList<PolicyDescriptor> policies, ServiceState state, TimeProvider clock, CustomPolicies custom)
    {
        var builder = new ResiliencePipelineBuilder { Name = state.Service, TimeProvider = custom.Any ? new UnpooledClock(clock) : clock };
        if (custom.Any)
            AddEach(builder, policies, state, clock, custom);
        else
            AddFused(builder, policies, state, clock);
        return builder.Build();
    }

    private static void AddEach(
        ResiliencePipelineBuilder builder, IReadOnlyList<PolicyDescriptor> policies, ServiceState state, TimeProvider clock, CustomPolicies custom)
    {
        foreach (PolicyDescriptor policy in policies)
        {
            custom.AddTo(builder, policy.Position, state);
            policy.AddTo(builder, state, clock);
        }

        custom.AddTo(builder, PolicyPosition.Innermost, state);
    }

    private static void AddFused(ResiliencePipelineBuilder builder, IReadOnlyList<PolicyDescriptor> policies, ServiceState state, TimeProvider clock)
    {
        for (int i = 0; i < policies.Count; i++)
        {
            if (policies[i].Fused is { } fused && policies.Skip(i + 1).Take(fused.Following.Length).Select(static policy => policy.Name).SequenceEqual(fused.Following))
            {
                fused.AddTo(builder, state, clock);
                i += fused.Following.Length;
            }
            else
            {
                policies[i].AddTo(builder, state, clock);
            }
        }
    }
}
