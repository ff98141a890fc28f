namespace HaptiTalk.Messaging.Resilience;

/// <summary>What every protected consumer of the process shares.</summary>
internal sealed class ConsumeProtection(
    TransportResilience transport, SendProtection sending, HeldEndpoints endpoints, TimeProvider clock)
{
    public TransportResilience Transport => transport;

    public SendProtection Sending => sending;

    public HeldEndpoints Endpoints => endpoints;

    public TimeProvider Clock => clock;

    public ExecutionRunner Runner { get; } = transport.RunnerFor(BusFailureClassifier.Default);

    /// <summary>
    /// The state under which a message is consumed: the service that was named for the endpoint or its consumers, else the
    /// service this process is, else the one the message belongs to.
    /// </summary>
    public OperationState OperationOf(Type messageType, string? service) =>
        transport.OperationOf(ResilienceSide.Consumer, messageType, service);

    /// <summary>The profile under which a message is consumed, found in the same way.</summary>
    public string ServiceOf(Type messageType, string? service) =>
        service ?? transport.ServiceOf(ResilienceSide.Consumer, messageType);
}
