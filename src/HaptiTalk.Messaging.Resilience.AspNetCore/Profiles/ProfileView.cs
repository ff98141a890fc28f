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

    public static IReadOnlyList<ProfileView> All(IMessagingResilience resilience) => [.. resilience.DescribeAll().Select(From)];

    public static ProfileView From(ProfileDescription profile)
    {
        var view = new ProfileView(profile.Service, profile.Revision, profile.Settings);
        return profile.Operation is not null
            ? view with { Operation = profile.Operation }
            : view with
            {
                Operations =
                [
                    .. from own in profile.Operations
                       orderby own.Key
                       select new OperationView(own.Key, own.Value),
                ],
            };
    }
}

internal sealed record OperationView(string Operation, IReadOnlyList<EffectiveSetting> Settings);
