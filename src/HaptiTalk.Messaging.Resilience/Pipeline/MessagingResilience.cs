using System.Collections.Concurrent;

namespace HaptiTalk.Messaging.Resilience;

internal sealed class MessagingResilience(ServiceStates states, ProfileCatalog catalog, TimeProvider clock) : IMessagingResilience
{
    private readonly ConcurrentDictionary<string, ServiceResilience> _services = new(StringComparer.OrdinalIgnoreCase);

    public IServiceResilience For(string service)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return _services.GetOrAdd(service, name => new ServiceResilience(name, states, clock));
    }

    public ProfileDescription Describe(string service, string? operation = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return catalog.Describe(service, operation);
    }

    public IReadOnlyList<ServiceSnapshot> GetSnapshot() =>
        [.. states.InUse.Select(static used => ServiceSnapshot.Of(used.Key, used)).Concat(states.SteeredUnused).OrderBy(snapshot => snapshot.Service, StringComparer.Ordinal).ThenBy(snapshot => snapshot.Side)];
}
