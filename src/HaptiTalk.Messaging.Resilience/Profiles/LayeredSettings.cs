using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One setting as it was written, and where.</summary>
internal readonly record struct ConfiguredSetting(string Value, string Path);

/// <summary>Settings from several places, the more specific ones laid over the less specific.</summary>
internal sealed class LayeredSettings
{
    private const string OperationsKey = "Operations:";

    private readonly Dictionary<string, ConfiguredSetting> _settings = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<KeyValuePair<string, ConfiguredSetting>> All => _settings;

    /// <summary>Lays a section's settings over what is there.</summary>
    public LayeredSettings Over(IConfigurationSection section) => Over(section, static _ => true);

    /// <summary>The same for what the package ships.</summary>
    public LayeredSettings OverShipped(IConfigurationSection section) => Over(section, static _ => true, EffectiveSetting.Shipped);

    /// <summary>The same for a profile's section, whose operations have settings of their own.</summary>
    public LayeredSettings OverProfile(IConfigurationSection section) =>
        Over(section, static key => !key.StartsWith(OperationsKey, StringComparison.OrdinalIgnoreCase));

    /// <summary>Lays an operator's values over everything.</summary>
    public LayeredSettings OverOverrides(IEnumerable<KeyValuePair<string, string>> overrides, string prefix = "")
    {
        foreach ((string key, string value) in overrides)
            _settings[key] = new(value, $"override:{prefix}{key}");
        return this;
    }

    public bool TryGet(string key, out ConfiguredSetting setting) => _settings.TryGetValue(key, out setting);

    /// <summary>What stands directly below a key, not deeper.</summary>
    public IEnumerable<KeyValuePair<string, ConfiguredSetting>> Below(string key) => _settings.Where(setting =>
        setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase) && setting.Key.IndexOf(':', key.Length + 1) < 0);

    private LayeredSettings Over(IConfigurationSection section, Func<string, bool> belongs, string origin = "")
    {
        // AsEnumerable leaves out the value of the section itself, which has no relative path.
        if (section.Value is { } own)
            _settings[string.Empty] = new(own, origin + section.Path);

        foreach ((string key, string? value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && belongs(key))
                _settings[key] = new(value, $"{origin}{section.Path}:{key}");
        }

        return this;
    }
}
