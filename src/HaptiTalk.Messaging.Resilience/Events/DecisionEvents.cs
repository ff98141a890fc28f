namespace HaptiTalk.Messaging.Resilience;

/// <summary>Turns what the policies decide into events, where anybody listens.</summary>
internal sealed class DecisionEvents(ResilienceEvents events)
{
    public DateTimeOffset Now => events.Clock.GetUtcNow();

    public void CircuitChanged(Circuit circuit, CircuitTransition change)
    {
        (string service, ResilienceSide side, string? operation, DateTimeOffset now) = (circuit.Service, circuit.Side, circuit.Operation, Now);
        events.Raise(change.To switch
        {
            CircuitState.Open => new CircuitBreakerOpened
            {
                OccurredAt = now,
                Service = service,
                Side = side,
                Operation = operation,
                Reason = change.Opening!.Value.Reason,
                Failures = change.Failures,
                ResetTimeout = change.Opening.Value.ResetTimeout,
                Cause = change.Opening.Value.Cause?.Value,
            },
            CircuitState.HalfOpen => new CircuitBreakerHalfOpened { OccurredAt = now, Service = service, Side = side, Operation = operation },
            CircuitState.Closed => new CircuitBreakerClosed { OccurredAt = now, Service = service, Side = side, Operation = operation },
            CircuitState.Disabled => new CircuitBreakerDisabled
            {
                OccurredAt = now,
                Service = service,
                Side = side,
                Operation = operation,
                Until = change.DisabledUntil!.Value,
            },
            _ => new CircuitBreakerIsolated { OccurredAt = now, Service = service, Side = side, Operation = operation },
        });
    }

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

    public void Retrying(OperationState operation, int attempt, TimeSpan delay, Exception failure)
    {
        if (events.Wants<Retrying>())
        {
            events.Raise(new Retrying
            {
                OccurredAt = Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                Attempt = attempt,
                Delay = delay,
                Failure = failure,
            });
        }
    }

    public void TimedOut(OperationState operation, TimeSpan timeout, int attempts)
    {
        if (events.Wants<TimedOut>())
        {
            events.Raise(new TimedOut
            {
                OccurredAt = Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                Timeout = timeout,
                Attempts = attempts,
            });
        }
    }

    public void FallbackUsed(OperationState operation, string key, FallbackReason reason, TimeSpan? age)
    {
        if (events.Wants<FallbackUsed>())
        {
            events.Raise(new FallbackUsed
            {
                OccurredAt = Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                FallbackKey = key,
                Reason = reason,
                Age = age,
            });
        }
    }

    public void Queued(OperationState operation, int queueLength)
    {
        if (events.Wants<Queued>())
        {
            events.Raise(new Queued
            {
                OccurredAt = Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                QueueLength = queueLength,
            });
        }
    }

    public void Resized(ServiceState state, BulkheadOptions options) => events.Raise(new BulkheadResized
    {
        OccurredAt = Now,
        Service = state.Service,
        Side = state.Side,
        Operation = state.Operation,
        MaxConcurrentCalls = options.MaxConcurrentCalls,
        QueueCapacity = options.QueueCapacity,
    });

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
