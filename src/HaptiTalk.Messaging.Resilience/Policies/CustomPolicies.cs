using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>A policy of the host's own, as it was registered.</summary>
internal sealed record CustomPolicy(string Name, PolicyPosition Position, Action<ResiliencePipelineBuilder, PolicyContext> Configure);

/// <summary>The policies of the host's own, put in among the framework's.</summary>
internal sealed class CustomPolicies(IEnumerable<CustomPolicy> policies, IServiceProvider services)
{
    private readonly CustomPolicy[] _policies = [.. policies];

    public bool Any => _policies.Length > 0;

    public ResiliencePipelineBuilder AddTo(ResiliencePipelineBuilder builder, PolicyPosition position, ServiceState state)
    {
        bool guarded = false;
        foreach (CustomPolicy policy in _policies)
        {
            if (policy.Position != position)
                continue;

            if (!guarded)
                builder.AddStrategy(static _ => new ThrownFailureStrategy(), new PolicyOptions("ThrownFailure"));
            guarded = true;
            policy.Configure(builder, new(state.Service, state.Side, state.Operation, services));
        }

        return builder;
    }
}
