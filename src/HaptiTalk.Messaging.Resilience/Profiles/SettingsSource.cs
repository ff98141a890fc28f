using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What the host gave to read its settings from: a whole configuration, or the very section.</summary>
internal sealed class SettingsSource(IConfiguration configuration)
{
    /// <summary>As it was given.</summary>
    public IConfiguration Configuration => configuration;

    public IConfigurationSection Section { get; } =
        configuration as IConfigurationSection ?? configuration.GetSection(MessagingResilienceServiceCollectionExtensions.SectionName);

    /// <summary>Whether the other says the same now. One section has many objects, so these tell nothing.</summary>
    public bool SaysTheSame(SettingsSource other) => Settings().SetEquals(other.Settings());

    // A section without a value is there only for what stands below it.
    private HashSet<string> Settings() => Section.AsEnumerable()
        .Where(static setting => setting.Value is not null)
        .Select(static setting => $"{setting.Key.ToUpperInvariant()}={setting.Value}")
        .Prepend(Section.Path.ToUpperInvariant())
        .ToHashSet(StringComparer.Ordinal);
}
