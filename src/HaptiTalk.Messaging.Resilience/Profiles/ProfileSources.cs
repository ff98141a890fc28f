using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// The order in which places are asked, least specific first: what the package ships, then what the operator wrote. What somebody
/// wrote always wins over what was shipped, the least specific over the most specific.
/// </summary>
internal sealed class ProfileSources(IConfigurationSection root, IConfigurationRoot shipped, ProfileOverrides overrides)
{
    public IEnumerable<string> Names => shipped.GetSection("Profiles").GetChildren()
        .Concat(root.GetSection("Profiles").GetChildren())
        .Select(section => section.Key)
        .Distinct(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> OperationsOf(string name) =>
        root.GetSection($"Profiles:{name}:Operations").GetChildren().Select(section => section.Key)
            .Concat(overrides.OperationsOf(name))
            .Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every environment that has an overlay of the operator's.</summary>
    public IEnumerable<string> Environments => root.GetSection("Environments").GetChildren().Select(section => section.Key);

    public LayeredSettings Defaults(string environment) => new LayeredSettings()
        .OverShipped(shipped.GetSection($"Environments:{environment}"))
        .Over(root.GetSection("Defaults"))
        .Over(root.GetSection($"Environments:{environment}"));

    public LayeredSettings For(string environment, string name) => Configured(environment, name).OverOverrides(overrides.Of(name));

    public LayeredSettings For(string environment, string name, string operation) => Configured(environment, name)
        .Over(root.GetSection($"Profiles:{name}:Operations:{operation}"))
        .OverOverrides(overrides.Of(name))
        .OverOverrides(overrides.Of(name, operation), $"Operations:{operation}:");

    private LayeredSettings Configured(string environment, string name) => new LayeredSettings()
        .OverShipped(shipped.GetSection($"Profiles:{name}"))
        .OverShipped(shipped.GetSection($"Environments:{environment}"))
        .Over(root.GetSection("Defaults"))
        .OverProfile(root.GetSection($"Profiles:{name}"))
        .Over(root.GetSection($"Environments:{environment}"));
}
