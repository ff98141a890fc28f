namespace HaptiTalk.Messaging.Resilience;

internal sealed class ResilienceControl(ServiceStates states, ProfileCatalog catalog, TimeProvider clock, ControlHistory history) : IResilienceControl
{
    /// <summary>The times for which a circuit may be disabled.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="Shortest"/>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();

    public IReadOnlyList<ControlChange> History => history.All;

    public ControlChange Record(ControlChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return history.Keep(change, change.Target);
    }

    public bool SharesCircuit(ControlTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return states.IsShared(target);
    }

    public ControlChange Isolate(ControlTarget target, string by, string? reason = null) => Control("isolate", target, by, reason, () => states.Isolate(target));

    public ControlChange Disable(ControlTarget target, TimeSpan duration, string by, string? reason = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, Shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, Longest);
        return Control("disable", target, by, reason, () => states.Disable(target, duration));
    }

    public ControlChange Close(ControlTarget target, string by, string? reason = null) => Control("close", target, by, reason, () => states.Close(target));

    public ControlChange Reset(ControlTarget target, string by, string? reason = null) => Control("reset", target, by, reason, () => states.Reset(target));

    public ControlChange Change(string service, IReadOnlyDictionary<string, string?> settings, string by, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Control("change", service, by, reason, () => catalog.Override(service, settings));
    }

    public ProfileDescription Preview(string service, IReadOnlyDictionary<string, string?> settings, string? operation = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(settings);
        return catalog.Preview(service, operation, settings);
    }

    public ControlChange Revert(string service, string by, string? reason = null) =>
        Control("revert", service, by, reason, () => catalog.Revert(service));

    private ControlChange Control(string what, ControlTarget target, string by, string? reason, Action act)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(target.Service, nameof(target));
        states.ThrowIfShared(target);
        lock (_gate)
        {
            string before = states.DescribeCircuits(target);
            act();
            return history.Keep(new(clock.GetUtcNow(), by, what, target.ToString(), before, states.DescribeCircuits(target), reason), target.Service);
        }
    }

    private ControlChange Control(string what, string service, string by, string? reason, Action act)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        lock (_gate)
        {
            EffectiveSetting[] before = [.. catalog.SettingsOf(service)];
            act();
            EffectiveSetting[] after = [.. catalog.SettingsOf(service)];
            return history.Keep(new(clock.GetUtcNow(), by, what, service, Print(before.Except(after)), Print(after.Except(before)), reason), service);
        }
    }

    private static string Print(IEnumerable<EffectiveSetting> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key} = {setting.Value ?? "none"} ({setting.Origin})"));
}
