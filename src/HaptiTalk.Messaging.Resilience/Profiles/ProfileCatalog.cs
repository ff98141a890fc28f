using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The profiles in force. What is changed, in the configuration or by an operator, replaces them only when all of it is valid.</summary>
internal sealed class ProfileCatalog : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _reportedUnknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _replacing = new();
    private readonly IConfigurationSection _root;
    private readonly string _environment;
    private readonly ILogger _logger;
    private readonly DecisionEvents _events;
    private readonly IDisposable _subscription;
    private volatile ProfileSet _current;
    private volatile PendingConfiguration _pending = PendingConfiguration.None;
    private volatile ProfileOverrides _overrides = ProfileOverrides.None;
    private IConfigurationSection _written;

    public ProfileCatalog(IConfigurationSection root, string environment, ILoggerFactory loggers, DecisionEvents events)
    {
        _root = root;
        _environment = environment;
        _events = events;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _written = Copy(root);
        _current = ProfileSet.Load(_written, environment, _overrides, revision: 1);
        _subscription = ChangeToken.OnChange(root.GetReloadToken, Reload);
    }

    /// <summary>Raised after new profiles are in force.</summary>
    public event Action? Changed;

    /// <summary>The service this process is, where <c>Resilience:Service</c> says so.</summary>
    public string? Service => _current.Service;

    public IReadOnlyCollection<string> Names => _current.Names;

    /// <summary>The host's environment, whose overlay is in force.</summary>
    public string Environment => _environment;

    /// <summary>What is in force, all of one revision.</summary>
    public ProfileSet Current => _current;

    /// <summary>A newer configuration that was not applied.</summary>
    public PendingConfiguration Pending => _pending;

    /// <summary>Whether it is so for any service or operation now.</summary>
    public bool Any(Func<ServiceProfile, bool> isSo) => _current.Any(isSo);

    public ProfileModel Get(string service, string? operation)
    {
        ProfileSet current = _current;
        if (!current.Contains(service) && service != ProfileNames.Default && _reportedUnknown.TryAdd(service, true))
            Log.UnknownProfile(_logger, service);
        return current.Get(service, operation);
    }

    /// <summary>Whether the configuration has settings for this one operation of a service.</summary>
    public bool HasSettingsFor(string service, string operation) => _current.Contains(service, operation);

    public ProfileDescription Describe(string service, string? operation) => _current.Describe(service, operation, _pending.Problems);

    /// <summary>All settings in force for a service; those that an operation has for itself stand below its name.</summary>
    public IEnumerable<EffectiveSetting> SettingsOf(string service) => _current.SettingsOf(service);

    /// <summary>The keys whose values an operator has put over the configured ones.</summary>
    public IEnumerable<string> OverriddenKeysOf(string service) => _overrides.KeysOf(service);

    /// <summary>The profile a message belongs to: configuration first, then its attribute.</summary>
    public string? ProfileOfMessage(Type type) =>
        _current.ProfileOfMessage(type) ?? type.GetCustomAttribute<ServiceProfileAttribute>(inherit: true)?.Name;

    /// <summary>Puts values over the configured ones, or throws and changes nothing.</summary>
    public void Override(string service, IReadOnlyDictionary<string, string?> settings)
    {
        ThrowIfUnknown(service);
        Replace(overrides => overrides.With(service, settings));
    }

    /// <summary>What <see cref="Override"/> would put in force, or throws as it would; nothing changes.</summary>
    public ProfileSet Preview(string service, IReadOnlyDictionary<string, string?> settings)
    {
        ThrowIfUnknown(service);
        lock (_replacing)
            return Load(_overrides.With(service, settings));
    }

    public void Revert(string service) => Replace(overrides => overrides.Without(service));

    public void Dispose() => _subscription.Dispose();

    private void Reload()
    {
        try
        {
            Replace(static overrides => overrides, reread: true);
        }
        catch (InvalidProfilesException invalid)
        {
            _pending = new(invalid.Problems, _events.Now);
            Log.ReloadFailed(_logger, invalid);
            _events.ReloadFailed(invalid.Problems);
        }
    }

    private void Replace(Func<ProfileOverrides, ProfileOverrides> change, bool reread = false)
    {
        lock (_replacing)
        {
            // Under the lock: of two readings the later one must be the last in force.
            if (reread)
                _written = Copy(_root);
            ProfileOverrides overrides = change(_overrides);
            ProfileSet next = Load(overrides);
            _overrides = overrides;
            _current = next;
            _pending = PendingConfiguration.None;

            // Under the lock, so that states see one set after the other and never an older one last.
            Changed?.Invoke();
            Log.Reloaded(_logger, next.Revision);
            _events.Reloaded(next.Revision);
        }
    }

    private ProfileSet Load(ProfileOverrides overrides) => ProfileSet.Load(_written, _environment, overrides, _current.Revision + 1);

    private void ThrowIfUnknown(string service)
    {
        if (!_current.Contains(service))
            throw new InvalidProfilesException([new($"{_root.Path}:Profiles:{service}", Value: null, $"is not a profile. Profiles: {string.Join(", ", Names)}.")]);
    }

    // A file that cannot be parsed is announced to nobody and leaves the live configuration empty: an operator's change must
    // not read it again.
    private static IConfigurationSection Copy(IConfigurationSection root) =>
        new ConfigurationBuilder().AddInMemoryCollection(root.AsEnumerable()).Build().GetSection(root.Path);
}
