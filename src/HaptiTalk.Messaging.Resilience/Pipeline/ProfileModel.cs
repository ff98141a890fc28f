namespace HaptiTalk.Messaging.Resilience;

/// <summary>A validated, immutable set of settings. A run keeps the one it began with.</summary>
internal sealed record ProfileModel(string Service, string? Operation, ServiceProfile Profile, long Revision)
{
    private const string Total = "Timeout:DefaultTimeout";
    private const string Attempt = "Timeout:AttemptTimeout";

    /// <summary>There is a profile of the service's name; without one the defaults apply.</summary>
    public bool IsNamed { get; init; } = true;

    /// <summary>The section that all settings stand in.</summary>
    public string Section { get; init; } = MessagingResilienceServiceCollectionExtensions.SectionName;

    /// <summary>Where each setting was written.</summary>
    public IReadOnlyList<EffectiveSetting> Settings { get; init; } = [];

    /// <summary>What a request says of its deadline where <c>DefaultTimeout</c> sets it.</summary>
    public string TotalOwner => field ??= new DeadlineOwner(Service, Profile.Timeout.DefaultTimeout, DeadlineSetting.DefaultTimeout).ToString();

    /// <summary>The same where <c>AttemptTimeout</c> does.</summary>
    public string AttemptOwner =>
        field ??= new DeadlineOwner(Service, Profile.Timeout.AttemptTimeout ?? Profile.Timeout.DefaultTimeout, DeadlineSetting.AttemptTimeout).ToString();

    /// <summary>An operation under these settings shares neither a bulkhead nor counts.</summary>
    public bool HasOwnState => Profile.Scope == StateScope.Operation;

    /// <summary>An operation under these settings does not share its circuit. A message can be poison to its consumer while the service is well.</summary>
    public bool HasOwnCircuit(ResilienceSide side) =>
        (Profile.Scope ?? (side == ResilienceSide.Consumer ? StateScope.Operation : StateScope.Service)) == StateScope.Operation;

    /// <summary>The total for a dependency, or the default one.</summary>
    public TimeSpan TotalFor(string? dependency) =>
        dependency is not null && Profile.Timeout.Timeouts.TryGetValue(dependency, out TimeSpan total) ? total : Profile.Timeout.DefaultTimeout;

    /// <summary>The setting that <see cref="TotalFor"/> takes the total from, and where it is to be changed.</summary>
    public string TotalSettingFor(string? dependency) =>
        PathOf(dependency is not null && Profile.Timeout.Timeouts.ContainsKey(dependency) ? $"Timeout:Timeouts:{dependency}" : Total);

    /// <summary>The same for the bound of one attempt.</summary>
    public string AttemptSetting => PathOf(Attempt);

    // What nobody has written yet is to be written for the service, or for all where it has no profile.
    private string PathOf(string key)
    {
        foreach (EffectiveSetting setting in Settings)
        {
            if (setting.IsWritten && string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase))
                return setting.Origin;
        }

        return IsNamed ? $"{Section}:Profiles:{Service}:{key}" : $"{Section}:Defaults:{key}";
    }
}
