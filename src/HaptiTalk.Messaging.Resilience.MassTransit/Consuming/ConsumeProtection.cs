namespace HaptiTalk.Messaging.Resilience;

/// <summary>What every protected consumer of the process shares.</summary>
internal sealed class ConsumeProtection(
    ProfileCatalog catalog, ServiceStates states, FallbackRegistry fallbacks, SendProtection sending, Holding holding, TimeProvider clock)
{
    public FallbackRegistry Fallbacks => fallbacks;

    public SendProtection Sending => sending;

    public Holding Holding => holding;

    public TimeProvider Clock => clock;

    public ExecutionRunner Runner { get; } = new(BusFailureClassifier.Default, clock);

    /// <summary>
    /// The state under which a message is consumed: the service that was named for the endpoint or its consumers, else the
    /// service this process is, else the one the message belongs to.
    /// </summary>
    public OperationState OperationOf(Type messageType, string? service) =>
        states.Get(ResilienceSide.Consumer, ServiceOf(messageType, service), ProfileNames.OperationOf(messageType));

    /// <summary>The profile under which a message is consumed, found in the same way.</summary>
    public string ServiceOf(Type messageType, string? service) =>
        service ?? catalog.Service ?? catalog.ProfileOfMessage(messageType) ?? ProfileNames.Default;
}
