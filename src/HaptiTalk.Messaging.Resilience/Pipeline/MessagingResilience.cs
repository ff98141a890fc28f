using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class MessagingResilience(
    ServiceStates states, ProfileCatalog catalog, PausedEndpoints endpoints, LostBrokers brokers, ILoggerFactory loggers, TimeProvider clock) : IMessagingResilience
{
    // Each has state and labels of its own for as long as the process runs: names made of ids would fill the memory.
    public const int MostWithoutProfile = 100;

    private readonly Lock _creating = new();
    private readonly ConcurrentDictionary<string, ServiceResilience> _services = new(StringComparer.OrdinalIgnoreCase);
    private int _withoutProfile;
    private bool _isReported;

    public IServiceResilience For(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return _services.TryGetValue(service, out ServiceResilience? known) ? known : Create(service);
    }

    public ProfileDescription Describe(string service, string? operation = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return catalog.Describe(service, operation);
    }

    public IReadOnlyList<ProfileDescription> DescribeAll() => catalog.DescribeAll();

    public HostSnapshot GetHostSnapshot()
    {
        (ProfileSet current, PendingConfiguration pending) = (catalog.Current, catalog.Pending);
        return new()
        {
            Revision = current.Revision,
            Profiles = current.NamesInOrder,
            PendingProblems = pending.Problems,
            PendingSince = pending.Since,
            PausedEndpoints = endpoints.All,
            LostBrokers = brokers.All,
        };
    }

    public IReadOnlyList<ServiceSnapshot> GetSnapshot() =>
        [.. states.InUse.Select(static used => ServiceSnapshot.Of(used.Key, used)).Concat(states.ControlledUnused).OrderBy(snapshot => snapshot.Service, StringComparer.Ordinal).ThenBy(snapshot => snapshot.Side)];

    private ServiceResilience Create(string service)
    {
        lock (_creating)
        {
            string name = Admit(service);
            if (_services.TryGetValue(name, out ServiceResilience? known))
                return known;
            if (!catalog.Current.Contains(name))
                _withoutProfile++;
            return _services[name] = new ServiceResilience(name, states, clock);
        }
    }

    private string Admit(string service)
    {
        if (_withoutProfile < MostWithoutProfile || catalog.Current.Contains(service) || _services.ContainsKey(service))
            return service;

        if (!_isReported)
            Log.TooManyServices(loggers.CreateLogger(ResilienceTelemetry.MeterName), MostWithoutProfile, service, OperationLimit.Other);
        _isReported = true;
        return OperationLimit.Other;
    }
}
