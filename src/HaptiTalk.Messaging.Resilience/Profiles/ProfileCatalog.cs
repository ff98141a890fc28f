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
    private readonly IReadOnlyList<PolicyDescriptor> _policies;
    private readonly string _environment;
    private readonly ILogger _logger;
    private readonly DecisionEvents _events;
    private readonly IDisposable _subscription;
    private readonly UnreadableFiles _unreadable;
    private volatile ProfileSet _current;
    private volatile PendingConfiguration _pending = PendingConfiguration.None;
    private volatile ProfileOverrides _overrides = ProfileOverrides.None;
    private IConfigurationSection _written;
    private IConfigurationSection? _refused;

    public ProfileCatalog(
        SettingsSource source,
        IReadOnlyList<PolicyDescriptor> policies,
        string environment,
        ILoggerFactory loggers,
        DecisionEvents events,
        TimeProvider clock)
    {
        IConfigurationSection root = source.Section;
        _root = root;
        _policies = policies;
        _environment = environment;
        _events = events;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _written = Copy(root);
        _current = ProfileSet.Load(_written, policies, environment, _overrides, revision: 1);
        _unreadable = new(source.Configuration, clock, Reload);
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
            Log.UnknownProfile(_logger, service, _root.Path);
        return current.Get(service, operation);
    }

    /// <summary>Whether the configuration has settings for this one operation of a service.</summary>
    public bool HasSettingsFor(string service, string operation) => _current.Contains(service, operation);

    public ProfileDescription Describe(string service, string? operation) => _current.Describe(service, operation, _pending.Problems);

    /// <summary>Every profile, all of one revision.</summary>
    public IReadOnlyList<ProfileDescription> DescribeAll()
    {
        (ProfileSet current, IReadOnlyList<ProfileProblem> pending) = (_current, _pending.Problems);
        return [.. current.NamesInOrder.Select(service => current.Describe(service, operation: null, pending))];
    }

    /// <summary>All settings in force for a service; those that an operation has for itself stand below its name.</summary>
    public IEnumerable<EffectiveSetting> SettingsOf(string service) => _current.SettingsOf(service);

    /// <summary>The profile a message belongs to: configuration first, then its attribute.</summary>
    public string? ProfileOfMessage(Type type) =>
        _current.ProfileOfMessage(type) ?? type.GetCustomAttribute<ServiceProfileAttribute>(inherit: true)?.Name;

    /// <summary>Puts values over the configured ones, or throws and changes nothing.</summary>
    public void Override(string service, IReadOnlyDictionary<string, string?> settings)
    {
        ThrowIfUnknown(service);
        Change(overrides => overrides.With(service, settings));
    }

    /// <summary>What <see cref="Override"/> would put in force, or throws as it would; nothing changes.</summary>
    public ProfileDescription Preview(string service, string? operation, IReadOnlyDictionary<string, string?> settings)
    {
        ThrowIfUnknown(service);
        lock (_replacing)
        {
            (ProfileSet next, IConfigurationSection written) = LoadNewest(_overrides.With(service, settings));
            return next.Describe(service, operation, written == _written ? _pending.Problems : []);
        }
    }

    public void Revert(string service) => Change(overrides => overrides.Without(service));

    public void Dispose()
    {
        _subscription.Dispose();
        _unreadable.Dispose();
    }

    private void Reload()
    {
        // Under the lock: of two readings the later one must be the last in force.
        lock (_replacing)
        {
            _refused = null;
            if (_unreadable.Problems is { Count: > 0 } unreadable)
            {
                Refuse(new InvalidProfilesException(unreadable));
                return;
            }

            IConfigurationSection newest = Copy(_root);
            try
            {
                Apply(Load(newest, _overrides), newest, _overrides);
            }
            catch (InvalidProfilesException invalid)
            {
                _refused = newest;
                Refuse(invalid);
            }
        }
    }

    private void Refuse(InvalidProfilesException invalid)
    {
        _pending = new(invalid.Problems, _events.Now);
        Log.ReloadFailed(_logger, invalid);
        _events.ReloadFailed(invalid.Problems);
    }

    private void Change(Func<ProfileOverrides, ProfileOverrides> change)
    {
        lock (_replacing)
        {
            ProfileOverrides overrides = change(_overrides);
            (ProfileSet next, IConfigurationSection written) = LoadNewest(overrides);
            Apply(next, written, overrides);
        }
    }

    // What was refused may have been so for a value that an operator had put over it, and now takes back.
    private (ProfileSet Profiles, IConfigurationSection Written) LoadNewest(ProfileOverrides overrides)
    {
        if (_refused is { } refused)
        {
            try
            {
                return (Load(refused, overrides), refused);
            }
            catch (InvalidProfilesException)
            {
                // It still is; the last good one is in force.
            }
        }

        return (Load(_written, overrides), _written);
    }

    private void Apply(ProfileSet next, IConfigurationSection written, ProfileOverrides overrides)
    {
        if (written != _written)
        {
            (_written, _refused) = (written, null);
            _pending = PendingConfiguration.None;
        }

        _overrides = overrides;
        _current = next;

        // Under the lock, so that states see one set after the other and never an older one last.
        Changed?.Invoke();
        Log.Reloaded(_logger, next.Revision);
        _events.Reloaded(next.Revision);
    }

    private ProfileSet Load(IConfigurationSection written, ProfileOverrides overrides) =>
        ProfileSet.Load(written, _policies, _environment, overrides, _current.Revision + 1);

    private void ThrowIfUnknown(string service)
    {
        if (!_current.Contains(service))
            throw new InvalidProfilesException([new($"{_root.Path}:Profiles:{service}", Value: null, $"is not a profile. Profiles: {string.Join(", ", Names)}.")]);
    }

    // What a provider does to the live configuration without a word must not be read with an operator's change.
    private static IConfigurationSection Copy(IConfigurationSection root) =>
        new ConfigurationBuilder().AddInMemoryCollection(root.AsEnumerable()).Build().GetSection(root.Path);
}
