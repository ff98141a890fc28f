namespace HaptiTalk.Messaging.Resilience;

/// <summary>One circuit of a service on one side, which all its operations share or one has for itself, and what hangs on its state.</summary>
internal sealed class Circuit
{
    public Circuit(
        string service, ResilienceSide side, string? operation, CircuitBreakerOptions options, TimeProvider clock, CircuitBreakerTelemetry telemetry)
    {
        Service = service;
        Side = side;
        Operation = operation;
        Breaker = new(options, clock, transition => telemetry.Changed(this, transition));
        Instances = new(clock);
        RampUp = new(clock);
        Refusals = new(clock);
    }

    public string Service { get; }

    public ResilienceSide Side { get; }

    /// <summary>The operation that has it for itself; null where the service's operations share it.</summary>
    public string? Operation { get; }

    /// <summary>The same in words.</summary>
    public string OperationText => Operation ?? "all operations";

    public CircuitBreaker Breaker { get; }

    /// <summary>Who answers the calls, where that is known.</summary>
    public AnsweringInstances Instances { get; }

    /// <summary>The way back for what was held while it was open.</summary>
    public RampUp RampUp { get; }

    /// <summary>What the log has not been told yet: calls that it refused.</summary>
    public LogThrottle Refusals { get; }
}
