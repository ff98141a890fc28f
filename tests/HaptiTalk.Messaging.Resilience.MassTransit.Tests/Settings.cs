namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>Writes configuration briefly: <c>"user:Retry:MaxRetries=0"</c>.</summary>
internal static class Settings
{
    public static Dictionary<string, string?> Of(params ReadOnlySpan<string> profileSettings)
    {
        Dictionary<string, string?> settings = new(StringComparer.Ordinal);
        foreach (string setting in profileSettings)
        {
            string[] parts = setting.Split('=');
            settings[$"Resilience:Profiles:{parts[0]}"] = parts[1];
        }

        return settings;
    }
}
