using System.Collections.Concurrent;
using System.Reflection;
using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What is known of the receive endpoints: which service their consumers belong to, and which are protected on their own.</summary>
internal sealed class EndpointServices(Func<IEnumerable<Uri>> busAddresses)
{
    private readonly ConcurrentDictionary<object, bool> _configurators = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<Uri, bool> _protectedAlone = new();
    private readonly ConcurrentDictionary<(Uri? InputAddress, Type MessageType), string> _services = new();
    private readonly Lazy<HashSet<Uri>> _busAddresses = new(() => [.. busAddresses()]);

    /// <summary>False when this configurator has been protected before; twice would repeat repeats.</summary>
    public bool TryProtect(IConsumePipeConfigurator configurator)
    {
        if (configurator is IReceiveEndpointConfigurator endpoint)
            _protectedAlone[endpoint.InputAddress] = true;
        return _configurators.TryAdd(configurator, true);
    }

    /// <summary>Remembers the service that a consumer's attribute names; without an address, for the bus as a whole.</summary>
    public void Learn(Uri? inputAddress, Type messageType, Type consumerType)
    {
        if (consumerType.GetCustomAttribute<ServiceProfileAttribute>(inherit: true)?.Name is not { } service)
            return;

        string known = _services.GetOrAdd((inputAddress, messageType), service);
        if (inputAddress is not null && !string.Equals(known, service, StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigurationException(
                $"Endpoint {inputAddress} has two consumers of {messageType.Name} under different service profiles, '{known}' and '{service}'. "
                + $"They would share one delivery: move {consumerType.Name} to an endpoint of its own.");
        }
    }

    public string? ServiceOf(Uri inputAddress, Type messageType) =>
        _services.GetValueOrDefault((inputAddress, messageType)) ?? _services.GetValueOrDefault((null, messageType));

    /// <summary>The endpoint has a filter of its own, or is the bus's own, where replies arrive.</summary>
    public bool IsLeftAlone(Uri inputAddress) => _protectedAlone.ContainsKey(inputAddress) || _busAddresses.Value.Contains(inputAddress);
}
