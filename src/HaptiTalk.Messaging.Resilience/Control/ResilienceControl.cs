using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class ResilienceControl(ServiceStates states, ProfileCatalog catalog, TimeProvider clock, ILoggerFactory loggers) : IResilienceControl
{
    private const int Kept = 1000;

    private readonly ILogger _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
    private readonly Lock _gate = new();
    private readonly Queue<ControlChange> _history = new();

    public IReadOnlyList<ControlChange> History
    {
        get
        {
            lock (_gate)
                return [.. _history];
        }
    }

    public ControlChange Isolate(ControlTarget target, string by) => Steer("isolate", target, by, () => states.Isolate(target));

    public ControlChange Close(ControlTarget target, string by) => Steer("close", target, by, () => states.Close(target));

    public ControlChange Reset(ControlTarget target, string by) => Steer("reset", target, by, () => states.Reset(target));

    public ControlChange Change(string service, IReadOnlyDictionary<string, string?> settings, string by)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Steer("change", service, by, () => catalog.Override(service, settings));
    }

    public ControlChange Revert(string service, string by) =>
        Steer("revert", service, by, () => catalog.Revert(service));

    private ControlChange Steer(string what, ControlTarget target, string by, Action act)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(target.Service, nameof(target));
        states.ThrowIfShared(target);
        lock (_gate)
        {
            string before = states.DescribeCircuits(target);
            act();
            return Keep(what, target.ToString(), target.Service, by, before, states.DescribeCircuits(target));
        }
    }

    private ControlChange Steer(string what, string service, string by, Action act)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        lock (_gate)
        {
            EffectiveSetting[] before = [.. catalog.SettingsOf(service)];
            act();
            EffectiveSetting[] after = [.. catalog.SettingsOf(service)];
            return Keep(what, service, service, by, Print(before.Except(after)), Print(after.Except(before)));
        }
    }

    private static string Print(IEnumerable<EffectiveSetting> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key} = {setting.Value ?? "none"} ({setting.Origin})"));

    private ControlChange Keep(string what, string target, string service, string by, string before, string after)
    {
        var change = new ControlChange(clock.GetUtcNow(), by, what, target, before, after);
        _history.Enqueue(change);
        if (_history.Count > Kept)
            _history.Dequeue();
        Log.Controlled(_logger, by, service, what, before, after);
        return change;
    }
}
