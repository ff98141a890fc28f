using System.Collections.Immutable;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Values that an operator has put over the configured ones, by service and key.</summary>
internal sealed record ProfileOverrides(ImmutableDictionary<string, ImmutableDictionary<string, string>> Services)
{
    public static ProfileOverrides None { get; } = new(
        ImmutableDictionary.Create<string, ImmutableDictionary<string, string>>(StringComparer.OrdinalIgnoreCase));

    public IReadOnlyDictionary<string, string> Of(string service) =>
        Services.GetValueOrDefault(service) ?? ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    public ProfileOverrides With(string service, IReadOnlyDictionary<string, string?> settings)
    {
        ImmutableDictionary<string, string> values =
            Services.GetValueOrDefault(service) ?? ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in settings)
            values = value is null ? values.Remove(key) : values.SetItem(key, value);
        return new(Services.SetItem(service, values));
    }

    public ProfileOverrides Without(string service) => new(Services.Remove(service));
}
