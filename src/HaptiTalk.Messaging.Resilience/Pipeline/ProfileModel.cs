namespace HaptiTalk.Messaging.Resilience;

/// <summary>A validated, immutable set of settings. A run keeps the one it began with.</summary>
internal sealed record ProfileModel(string Service, string? Operation, ServiceProfile Profile, long Revision)
{
    private readonly TimeSpan _longestFirstWait = Profile.Retry.InitialDelay * (1 + Profile.Retry.JitterFactor);

    /// <summary>There is a profile of the service's name; without one the defaults apply.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>An operation under these settings shares neither a bulkhead nor counts.</summary>
    public bool HasOwnState => Profile.Scope == StateScope.Operation;

    /// <summary>An operation under these settings does not share its circuit. A message can be poison to its consumer while the service is well.</summary>
    public bool HasOwnCircuit(ResilienceSide side) =>
        (Profile.Scope ?? (side == ResilienceSide.Consumer ? StateScope.Operation : StateScope.Service)) == StateScope.Operation;

    /// <summary>The total for a dependency, or the default one.</summary>
    public TimeSpan TotalFor(string? dependency) =>
        dependency is not null && Profile.Timeout.Timeouts.TryGetValue(dependency, out TimeSpan total) ? total : Profile.Timeout.DefaultTimeout;

    /// <summary>The setting that <see cref="TotalFor"/> takes the total from.</summary>
    public string TotalSettingFor(string? dependency) =>
        dependency is not null && Profile.Timeout.Timeouts.ContainsKey(dependency) ? $"Timeout:Timeouts:{dependency}" : "Timeout:DefaultTimeout";

    /// <summary>One attempt's share of a total: what is set, or so much that one retry fits where there may be one.</summary>
    public TimeSpan AttemptTimeoutWithin(TimeSpan total, bool isOneShot = false)
    {
        if (Profile.Timeout.AttemptTimeout is { } attempt)
            return attempt < total ? attempt : total;
        if (Profile.Retry.MaxRetries == 0 || isOneShot)
            return total;

        long half = total.Ticks / 2;
        return new(_longestFirstWait.Ticks < half ? (total.Ticks - _longestFirstWait.Ticks) / 2 : half);
    }
}
