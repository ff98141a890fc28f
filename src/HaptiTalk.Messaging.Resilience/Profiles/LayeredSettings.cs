using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One setting as it was written, and where.</summary>
internal readonly record struct WrittenSetting(string Value, string Path);

/// <summary>Settings from several places, the more specific ones laid over the less specific.</summary>
internal sealed class LayeredSettings
{
    private const string OperationsKey = "Operations:";

    private readonly Dictionary<string, WrittenSetting> _settings = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<KeyValuePair<string, WrittenSetting>> All => _settings;

    public LayeredSettings Over(IConfigurationSection section)
    {
        foreach ((string key, string? value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && key.Length > 0 && !key.StartsWith(OperationsKey, StringComparison.OrdinalIgnoreCase))
                _settings[key] = new(value, $"{section.Path}:{key}");
        }

        return this;
    }

    public bool TryGet(string key, out WrittenSetting setting) => _settings.TryGetValue(key, out setting);

    public IEnumerable<KeyValuePair<string, WrittenSetting>> Below(string key) =>
        _settings.Where(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
}
