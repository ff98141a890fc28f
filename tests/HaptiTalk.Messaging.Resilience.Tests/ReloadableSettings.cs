using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A configuration source that a test rewrites as an operator rewrites a file.</summary>
internal sealed class ReloadableSettings : ConfigurationProvider, IConfigurationSource
{
    public static ReloadableSettings Of(IEnumerable<string> settings)
    {
        var created = new ReloadableSettings();
        created.Fill(settings);
        return created;
    }

    /// <summary>Replaces everything below <c>Resilience:</c> and announces it.</summary>
    public void Replace(params IEnumerable<string> settings)
    {
        Fill(settings);
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    // Of two with the same key the later wins, so that a test can write over its own defaults.
    private void Fill(IEnumerable<string> settings)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string[] parts in settings.Select(setting => setting.Split('=', 2)))
            data[$"Resilience:{parts[0]}"] = parts[1];
        Data = data;
    }
}
