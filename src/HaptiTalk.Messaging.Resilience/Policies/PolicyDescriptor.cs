using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Puts a policy's strategy into a pipeline.</summary>
internal delegate void AddPolicy(ResiliencePipelineBuilder builder, ServiceState state, TimeProvider clock);

/// <summary>All that the framework knows of one of its policies. <see cref="PolicyOrder"/> has the list.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Position">Where policies of the host's own stand that are directly around it.</param>
/// <param name="AddTo">Puts it alone into a pipeline.</param>
internal sealed record PolicyDescriptor(string Name, PolicyPosition Position, AddPolicy AddTo)
{
    /// <summary>One strategy for this policy and those that follow it; null where there is none.</summary>
    public FusedPolicies? Fused { get; init; }

    /// <summary>What its settings are read from; null where it has none, or those of another policy.</summary>
    public PolicySection? Section { get; init; }

    /// <summary>What it reports.</summary>
    public IReadOnlyList<PolicyInstrument> Instruments { get; init; } = [];

    /// <summary>Says what no single setting's range can say.</summary>
    public Func<ServiceProfile, IEnumerable<(string Key, string Message)>> Validate { get; init; } = static _ => [];
}

/// <summary>Several policies as one strategy, for when nothing stands between them: each strategy costs every call.</summary>
/// <param name="Following">The policies after the first, in their order.</param>
/// <param name="AddTo">Puts them all into a pipeline.</param>
internal sealed record FusedPolicies(string[] Following, AddPolicy AddTo);
