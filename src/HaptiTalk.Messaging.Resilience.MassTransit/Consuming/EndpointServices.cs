using MassTransit;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>The receive endpoints of all buses, as they are configured.</summary>
internal sealed class EndpointServices(Func<IEnumerable<Uri>> busAddresses) : IEndpointConfigurationObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IReceiveEndpointConfigurator, EndpointPlan> _plans = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IConsumePipeConfigurator> _protectedBuses = new(ReferenceEqualityComparer.Instance);
    private readonly Lazy<HashSet<Uri>> _busAddresses = new(() => [.. busAddresses()]);

    /// <summary>Raised when an endpoint is gone.</summary>
    public event Action<Uri>? Gone;

    /// <summary>False when this bus or endpoint has been protected before; twice would repeat repeats.</summary>
    public bool TryProtect(IConsumePipeConfigurator configurator)
    {
        if (configurator is IReceiveEndpointConfigurator endpoint)
            return Of(endpoint).TryProtect();

        lock (_gate)
        {
            if (!_protectedBuses.Add(configurator))
                return false;
        }

        (configurator as IEndpointConfigurationObserverConnector)?.ConnectEndpointConfigurationObserver(this);
        return true;
    }

    public EndpointPlan Of(IReceiveEndpointConfigurator configurator)
    {
        lock (_gate)
        {
            if (!_plans.TryGetValue(configurator, out EndpointPlan? plan))
                _plans[configurator] = plan = new(configurator);
            return plan;
        }
    }

    /// <summary>Null for an endpoint that nobody has protected or excluded.</summary>
    public EndpointPlan? Find(Uri inputAddress)
    {
        lock (_gate)
            return _plans.Values.FirstOrDefault(plan => plan.IsAt(inputAddress));
    }

    /// <summary>An endpoint is gone. One of the same name may have come meanwhile: of two, the older one is meant.</summary>
    public void Forget(Uri inputAddress)
    {
        lock (_gate)
        {
            if (_plans.FirstOrDefault(plan => plan.Value.IsAt(inputAddress)).Key is { } configurator)
                _plans.Remove(configurator);
        }

        Gone?.Invoke(inputAddress);
    }

    /// <summary>By its name on one of the buses.</summary>
    public EndpointPlan? Find(Uri busAddress, string endpointName)
    {
        lock (_gate)
            return _plans.Values.FirstOrDefault(plan => plan.IsOn(busAddress, endpointName));
    }

    /// <summary>A bus's own endpoint, where replies arrive.</summary>
    public bool IsBus(Uri inputAddress) => _busAddresses.Value.Contains(inputAddress);

    void IEndpointConfigurationObserver.EndpointConfigured<T>(T configurator) => Of(configurator);
}
