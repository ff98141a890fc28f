using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Polly asks for options with every strategy; ours read theirs from the run, so that a reload needs no new pipeline.</summary>
internal sealed class PolicyOptions : ResilienceStrategyOptions
{
    public PolicyOptions(string name) => Name = name;
}
