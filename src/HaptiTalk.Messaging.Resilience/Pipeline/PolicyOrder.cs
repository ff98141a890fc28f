using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The policies around the work, outermost first, and those of the host's own among them.</summary>
internal sealed class PolicyOrder(IReadOnlyList<PolicyDescriptor> policies, CustomPolicies custom)
{
    /// <summary>The framework's policies. This is the one place that says which there are, and in which order.</summary>
    public static IReadOnlyList<PolicyDescriptor> All { get; } =
    [
        FallbackPipeline.Policy,
        BulkheadPipeline.Policy,
        CircuitBreakerPipeline.Policy,
        TimeoutPipeline.TotalPolicy,
        RetryPipeline.Policy,
        TimeoutPipeline.AttemptPolicy,
    ];

    public IReadOnlyList<PolicyDescriptor> Policies => policies;

    /// <summary>Among them are some of the host's own, of which nothing is known.</summary>
    public bool HasCustomPolicies => custom.Any;

    public ResiliencePipeline Build(ServiceState state, TimeProvider clock)
    {
        var builder = new ResiliencePipelineBuilder { Name = state.Service, TimeProvider = custom.Any ? new UnpooledClock(clock) : clock };
        if (custom.Any)
            AddEach(builder, state, clock);
        else
            AddFused(builder, state, clock);
        return builder.Build();
    }

    private void AddEach(ResiliencePipelineBuilder builder, ServiceState state, TimeProvider clock)
    {
        foreach (PolicyDescriptor policy in policies)
        {
            custom.AddTo(builder, policy.Position, state);
            policy.AddTo(builder, state, clock);
        }

        custom.AddTo(builder, PolicyPosition.Innermost, state);
    }

    private void AddFused(ResiliencePipelineBuilder builder, ServiceState state, TimeProvider clock)
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
