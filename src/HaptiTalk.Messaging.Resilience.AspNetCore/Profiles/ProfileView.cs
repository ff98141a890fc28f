using System.Text.Json.Serialization;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The settings in force for a service, or for one of its operations.</summary>
internal sealed record ProfileView(string Service, long Revision, IReadOnlyList<EffectiveSetting> Settings)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Operation { get; init; }

    /// <summary>What single operations have for themselves; of a service as a whole only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OperationView>? Operations { get; init; }

    public static IReadOnlyList<ProfileView> All(ProfileSet profiles) =>
        [.. profiles.Names.Order(StringComparer.Ordinal).Select(service => From(profiles, service, operation: null))];

    public static ProfileView From(ProfileSet profiles, string service, string? operation)
    {
        var view = new ProfileView(service, profiles.Revision, profiles.Describe(service, operation, []).Settings);
        return operation is not null
            ? view with { Operation = operation }
            : view with
            {
                Operations =
                [
                    .. from own in profiles.OperationsOf(service)
                       orderby own
                       select new OperationView(own, [.. profiles.OwnSettingsOf(service, own)]),
                ],
            };
    }
}

internal sealed record OperationView(string Operation, IReadOnlyList<EffectiveSetting> Settings);
