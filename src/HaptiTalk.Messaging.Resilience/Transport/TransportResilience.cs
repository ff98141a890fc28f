namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// What a transport needs to protect what goes through it: the adapters for a bus are built on it, and so can be one for any other bus
/// or client. <c>services.AddMessagingResilience(configuration)</c> registers it as a singleton.
/// </summary>
public sealed class TransportResilience
{
    private readonly ProfileCatalog _catalog;
    private readonly ServiceStates _states;
    private readonly FallbackRegistry _fallbacks;
    private readonly PausedEndpoints _paused;
    private readonly BrokerTelemetry _brokers;
    private readonly TimeProvider _clock;

    internal TransportResilience(
        ProfileCatalog catalog, ServiceStates states, FallbackRegistry fallbacks, PausedEndpoints paused, BrokerTelemetry brokers, TimeProvider clock)
    {
        (_catalog, _states, _fallbacks, _paused, _brokers, _clock) = (catalog, states, fallbacks, paused, brokers, clock);
    }

    /// <summary>The category of the framework's log lines, and the name of its meter.</summary>
    public const string LogCategory = ResilienceTelemetry.MeterName;

    /// <summary>The service that this process is, where <c>Resilience:Service</c> says so; else null.</summary>
    public string? Service => _catalog.Service;

    /// <summary>The host's environment, whose overlay is in force.</summary>
    public string Environment => _catalog.Environment;

    /// <summary>
    /// The profile under which a message is consumed or published: this process's, else the one the message belongs to. One that is
    /// requested has the profile of the service that answers: the one the message belongs to.
    /// </summary>
    /// <param name="side">Where it is protected.</param>
    /// <param name="messageType">The message's type.</param>
    public string ServiceOf(ResilienceSide side, Type messageType)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        return (side == ResilienceSide.Client ? null : _catalog.Service) ?? _catalog.ProfileOfMessage(messageType) ?? ProfileNames.Default;
    }

    /// <summary>The operation of a message, called after its type. To be asked once and kept.</summary>
    /// <param name="side">Where it is protected.</param>
    /// <param name="messageType">The message's type.</param>
    /// <param name="service">The profile that applies. Default: <see cref="ServiceOf"/>.</param>
    public OperationState OperationOf(ResilienceSide side, Type messageType, string? service = null) =>
        OperationOf(side, service ?? ServiceOf(side, messageType), ProfileNames.OperationOf(messageType));

    /// <summary>An operation by its name. To be asked once and kept.</summary>
    /// <param name="side">Where it is protected.</param>
    /// <param name="service">The profile that applies.</param>
    /// <param name="operation">What it is called: few different names, never an id.</param>
    public OperationState OperationOf(ResilienceSide side, string service, string operation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentException.ThrowIfNullOrWhiteSpace(operation);
        return _states.Get(side, service, operation);
    }

    /// <summary>The fallback that the host has registered for a request; null where there is none.</summary>
    /// <typeparam name="TRequest">The request's type.</typeparam>
    /// <param name="side">Where it is protected.</param>
    /// <param name="replyTypes">The types that would do; none for any.</param>
    public RequestFallback<TRequest>? FallbackOf<TRequest>(ResilienceSide side, params ReadOnlySpan<Type> replyTypes)
        where TRequest : class =>
        _fallbacks.Find<TRequest>(side, replyTypes)?.Fallback;

    /// <summary>Makes what runs work. One is enough for each kind of work.</summary>
    /// <param name="classifier">Knows the exceptions of such work. Default: what .NET's own mean.</param>
    public ExecutionRunner RunnerFor(FailureClassifier? classifier = null) => new(classifier ?? FailureClassifier.Default, _clock);

    /// <summary>A broker that calls and publishes go through. It is there until somebody says otherwise.</summary>
    /// <param name="name">Its address, without credentials.</param>
    public BrokerState AddBroker(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var broker = new BrokerState(name, _states, _brokers, _clock);
        _brokers.Observe(broker);
        return broker;
    }

    /// <summary>A queue that messages are consumed from.</summary>
    /// <param name="address">What logs, events and the page call it.</param>
    /// <param name="returnsMessages">
    /// What is given back is there again, as with every broker; what a transport in memory is given back is gone. Default true.
    /// </param>
    public HoldingEndpoint AddEndpoint(Uri address, bool returnsMessages = true)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new(address, returnsMessages, _paused, _clock);
    }
}
