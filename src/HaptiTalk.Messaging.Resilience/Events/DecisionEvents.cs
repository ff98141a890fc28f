namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns what the policies decide into events, where anybody listens.</summary>
internal sealed class DecisionEvents(ResilienceEvents events)
{
    public DateTimeOffset Now => events.Clock.GetUtcNow();

    /// <inheritdoc cref="ResilienceEvents.Wants"/>
    public bool Wants<TEvent>()
        where TEvent : ResilienceEvent => events.Wants<TEvent>();

    public void Raise(ResilienceEvent happened) => events.Raise(happened);

    public void Rejected(OperationState operation, FallbackReason reason, TimeSpan? retryAfter)
    {
        if (events.Wants<Rejected>())
        {
            events.Raise(new Rejected
            {
                OccurredAt = Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                Reason = reason,
                RetryAfter = retryAfter,
            });
        }
    }

    public void EndpointPaused(OperationState operation, Uri endpoint, TimeSpan holdLimit) => events.Raise(new EndpointPaused
    {
        OccurredAt = Now,
        Service = operation.Service,
        Side = operation.Side,
        Operation = operation.Circuit.Operation,
        Endpoint = endpoint.ToString(),
        HoldLimit = holdLimit,
    });

    public void EndpointStoodAside(OperationState operation, Uri endpoint, int others) => events.Raise(new EndpointStoodAside
    {
        OccurredAt = Now,
        Service = operation.Service,
        Side = operation.Side,
        Operation = operation.Circuit.Operation,
        Endpoint = endpoint.ToString(),
        Others = others,
    });

    public void EndpointResumed(OperationState operation, Uri endpoint, TimeSpan pausedFor) => events.Raise(new EndpointResumed
    {
        OccurredAt = Now,
        Service = operation.Service,
        Side = operation.Side,
        Operation = operation.Circuit.Operation,
        Endpoint = endpoint.ToString(),
        PausedFor = pausedFor,
    });

    public void BrokerLost(string broker, string reason) => events.Raise(new BrokerLost { OccurredAt = Now, Broker = broker, Reason = reason });

    public void BrokerBack(string broker, TimeSpan awayFor) => events.Raise(new BrokerBack { OccurredAt = Now, Broker = broker, AwayFor = awayFor });

    public void Reloaded(long revision) => events.Raise(new ProfilesReloaded { OccurredAt = Now, Revision = revision });

    public void Controlled(ControlChange change) => events.Raise(new ControlChanged { OccurredAt = change.At, Change = change });

    public void ReloadFailed(IReadOnlyList<ProfileProblem> problems) =>
        events.Raise(new ProfileReloadFailed { OccurredAt = Now, Problems = problems });
}
