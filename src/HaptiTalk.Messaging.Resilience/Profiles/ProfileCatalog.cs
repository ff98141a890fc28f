using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The profiles in force. A changed configuration replaces them only when all of it is valid.</summary>
internal sealed class ProfileCatalog : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _reportedUnknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _reloading = new();
    private readonly IConfigurationSection _root;
    private readonly string _environment;
    private readonly ILogger _logger;
    private readonly IDisposable _subscription;
    private volatile ProfileSet _current;
    private long _revision = 1;

    public ProfileCatalog(IConfigurationSection root, string environment, ILoggerFactory loggers)
    {
        _root = root;
        _environment = environment;
        _logger = loggers.CreateLogger(ResilienceTelemetry.MeterName);
        _current = ProfileSet.Load(root, environment, _revision);
        _subscription = ChangeToken.OnChange(root.GetReloadToken, Reload);
    }

    /// <summary>Raised after new profiles are in force.</summary>
    public event Action? Changed;

    /// <summary>The service this process is, where <c>Resilience:Service</c> says so.</summary>
    public string? Service => _current.Service;

    public IReadOnlyCollection<string> Names => _current.Names;

    public ProfileModel Get(string service, string? operation)
    {
        ProfileSet current = _current;
        if (!current.Contains(service) && service != ProfileNames.Default && _reportedUnknown.TryAdd(service, true))
            Log.UnknownProfile(_logger, service);
        return current.Get(service, operation);
    }

    /// <summary>The profile a message belongs to: configuration first, then its attribute.</summary>
    public string? ProfileOfMessage(Type type) =>
        _current.ProfileOfMessage(type) ?? type.GetCustomAttribute<ServiceProfileAttribute>(inherit: true)?.Name;

    public void Dispose() => _subscription.Dispose();

    private void Reload()
    {
        lock (_reloading)
        {
            try
            {
                _current = ProfileSet.Load(_root, _environment, _revision + 1);
                _revision++;
            }
            catch (InvalidProfilesException invalid)
            {
                Log.ReloadFailed(_logger, invalid);
                return;
            }

            Changed?.Invoke();
            Log.Reloaded(_logger, _revision);
        }
    }
}
