namespace HaptiTalk.Messaging.Resilience;

/// <summary>The keys of values changed by hand: those of a single operation stand below its name.</summary>
internal static class OverrideKeys
{
    private const string Operations = "Operations:";
    private const string Origin = "override:";

    public static string PrefixOf(string? operation) => operation is null ? string.Empty : $"{Operations}{operation}:";

    public static bool IsOfOperation(string key) => key.StartsWith(Operations, StringComparison.OrdinalIgnoreCase);

    /// <summary>All settings of a service; those that an operation has for itself stand below its name.</summary>
    public static IEnumerable<EffectiveSetting> SettingsOf(ProfileDescription service) => service.Settings.Concat(
        from operation in service.Operations
        from own in operation.Value
        select own with { Key = PrefixOf(operation.Key) + own.Key });

    /// <summary>The key in the path of something changed by hand; null for any other path.</summary>
    public static string? KeyIn(string path) => path.StartsWith(Origin, StringComparison.Ordinal) ? path[Origin.Length..] : null;
}
