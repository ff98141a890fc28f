using System.Globalization;

namespace HaptiTalk.Messaging.Resilience.BrokerBenchmarks.Soak;

/// <summary>The settings that all services read, and read again when they change.</summary>
internal sealed class SettingsFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("soak-");
    private int _calls = 128;

    public SettingsFile() => Write(Text());

    public string Path => System.IO.Path.Combine(_folder.FullName, "soak.json");

    /// <summary>Other settings, all of them right.</summary>
    public void Change()
    {
        _calls = 384 - _calls;
        Write(Text());
    }

    /// <summary>Settings that are refused: those before them stay.</summary>
    public void Spoil() => Write(Text().Replace("\"MaxConcurrentCalls\": ", "\"MaxConcurrentCalls\": -", StringComparison.Ordinal));

    /// <summary>No settings at all: a file that an editor is still writing.</summary>
    public void Break() => Write(Text()[..40]);

    public void Dispose() => _folder.Delete(recursive: true);

    // In one step, so that nobody reads half of it.
    private void Write(string text)
    {
        string draft = Path + ".draft";
        File.WriteAllText(draft, text);
        File.Move(draft, Path, overwrite: true);
    }

    // A circuit that opens soon and tries again soon: all that it does happens many times in a soak. An attempt may take all the time
    // there is, on each side of a call: by itself each takes half, and nothing would be left for the end of the chain.
    private string Text()
    {
        string timeout = $$"""{ "Timeout": { "DefaultTimeout": "{{SoakSettings.Total}}", "AttemptTimeout": "{{SoakSettings.Total}}" } }""";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "Resilience": {
                "Defaults": {
                  "CircuitBreaker": { "ResetTimeout": "00:00:05", "HoldLimit": "00:00:10" },
                  "Bulkhead": { "MaxConcurrentCalls": {{_calls}} }
                },
                "Profiles": { "gateway": {{timeout}}, "orders": {{timeout}}, "stock": {{timeout}} }
              }
            }
            """);
    }
}
