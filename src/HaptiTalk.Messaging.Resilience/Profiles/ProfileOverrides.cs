using System.Collections.Immutable;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Values that an operator has put over the configured ones, by service and key.</summary>
internal sealed record ProfileOverrides(ImmutableDictionary<string, ImmutableDictionary<string, string>> Services)
{
    private const string OperationsKey = "Operations:";

    public static ProfileOverrides None { get; } = new(
        ImmutableDictionary.Create<string, ImmutableDictionary<string, string>>(StringComparer.OrdinalIgnoreCase));

    /// <summary>The values for all operations of a service.</summary>
    public IEnumerable<KeyValuePair<string, string>> Of(string service) => ValuesOf(service).Where(value => OperationIn(value.Key) is null);

    /// <summary>The values for one operation alone, with their keys as they are below it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Of(string service, string operation) =>
        from value in ValuesOf(service)
        where string.Equals(OperationIn(value.Key), operation, StringComparison.OrdinalIgnoreCase)
        select KeyValuePair.Create(value.Key[(OperationsKey.Length + operation.Length + 1)..], value.Value);

    public IEnumerable<string> KeysOf(string service) => ValuesOf(service).Keys;

    public IEnumerable<string> OperationsOf(string service) => ValuesOf(service).Keys.Select(OperationIn).OfType<string>();

    public ProfileOverrides With(string service, IReadOnlyDictionary<string, string?> settings)
    {
        ImmutableDictionary<string, string> values = ValuesOf(service);
        foreach ((string key, string? value) in settings)
            values = value is null ? values.Remove(key) : values.SetItem(key, value);
        return new(Services.SetItem(service, values));
    }

    public ProfileOverrides Without(string service) => new(Services.Remove(service));

    private ImmutableDictionary<string, string> ValuesOf(string service) =>
        Services.GetValueOrDefault(service) ?? ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    // "Operations:getUserProfile:Retry:MaxRetries"; without a setting below the operation it is no such key.
    private static string? OperationIn(string key)
    {
        if (!key.StartsWith(OperationsKey, StringComparison.OrdinalIgnoreCase))
            return null;

        int end = key.IndexOf(':', OperationsKey.Length);
        return end > OperationsKey.Length && end < key.Length - 1 ? key[OperationsKey.Length..end] : null;
    }
}
