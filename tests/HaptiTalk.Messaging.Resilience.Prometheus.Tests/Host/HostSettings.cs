using Microsoft.Extensions.Configuration;

namespace HaptiTalk.Messaging.Resilience.Prometheus.Tests;

/// <summary>A configuration that a test changes as an operator changes a file.</summary>
internal sealed class HostSettings : ConfigurationProvider, IConfigurationSource
{
    public HostSettings(IReadOnlyDictionary<string, string?>? settings)
    {
        foreach ((string key, string? value) in settings ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            Data[key] = value;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Change(string key, string value)
    {
        Data[key] = value;
        OnReload();
    }

    public void Remove(string key)
    {
        Data.Remove(key);
        OnReload();
    }
}
