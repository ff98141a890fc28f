using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells what circuits do with calls, and when they change.</summary>
internal sealed partial class CircuitBreakerTelemetry(ResilienceTelemetry telemetry)
{
    private static readonly PolicyInstrument Calls = new("circuit_breaker_calls", "Calls that reached a circuit breaker, by what it made of them.");

    private readonly Counter<long> _calls = telemetry.CounterOf(Calls);

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } =
    [
        Calls,
        new("circuit_breaker_state", "0 closed, 1 open, 2 half-open, 3 isolated, 4 disabled.")
        {
            Read = static states => StateGauges.OfEach(states, static operation => (int)operation.Circuit.Breaker.State)
                .Concat(states.ControlledUnused.Select(StateGauges.OfUnused)),
        },
    ];

    public void Called(Execution execution, CallVerdict verdict) => Count(execution.Operation, verdict switch
    {
        CallVerdict.Success => "success",
        CallVerdict.Failure or CallVerdict.InstanceFailure => "failure",
        _ when execution.Progress.IsLate => "late",
        _ => "ignored",
    });

    public void Rejected(Execution execution, TimeSpan? retryAfter)
    {
        OperationState operation = execution.Operation;
        Count(operation, "rejected");
        LogRefusals(execution.Circuit, execution.Circuit.Refusals.Add());
        execution.RecordedSpan?.Rejected(FallbackReason.CircuitOpen, retryAfter);
        telemetry.Events.Rejected(operation, FallbackReason.CircuitOpen, retryAfter);
    }

    public void Changed(Circuit circuit, CircuitTransition change)
    {
        string side = SideName.Of(circuit.Side);
        LogRefusals(circuit, circuit.Refusals.End());
        circuit.Refusals.Begin();
        if (change.Opening is { } opening)
        {
            CircuitOpened(
                telemetry.Logger,
                circuit.Service,
                side,
                circuit.OperationText,
                opening.Reason,
                change.Failures,
                opening.ResetTimeout,
                opening.Cause?.Value.ToString() ?? "slow calls");
        }
        else
        {
            CircuitChanged(telemetry.Logger, circuit.Service, side, circuit.OperationText, change.From, change.To);
        }

        telemetry.Events.Raise(EventOf(circuit, change, telemetry.Events.Now));
    }

    private static ServiceEvent EventOf(Circuit circuit, CircuitTransition change, DateTimeOffset now) => change.To switch
    {
        CircuitState.Open => new CircuitBreakerOpened
        {
            OccurredAt = now,
            Service = circuit.Service,
            Side = circuit.Side,
            Operation = circuit.Operation,
            Reason = change.Opening!.Value.Reason,
            Failures = change.Failures,
            ResetTimeout = change.Opening.Value.ResetTimeout,
            Cause = change.Opening.Value.Cause?.Value,
        },
        CircuitState.HalfOpen => new CircuitBreakerHalfOpened { OccurredAt = now, Service = circuit.Service, Side = circuit.Side, Operation = circuit.Operation },
        CircuitState.Closed => new CircuitBreakerClosed { OccurredAt = now, Service = circuit.Service, Side = circuit.Side, Operation = circuit.Operation },
        CircuitState.Disabled => new CircuitBreakerDisabled
        {
            OccurredAt = now,
            Service = circuit.Service,
            Side = circuit.Side,
            Operation = circuit.Operation,
            Until = change.DisabledUntil!.Value,
        },
        _ => new CircuitBreakerIsolated { OccurredAt = now, Service = circuit.Service, Side = circuit.Side, Operation = circuit.Operation },
    };

    private void Count(OperationState operation, string result)
    {
        if (_calls.Enabled)
            _calls.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("result", result)]);
    }

    private void LogRefusals(Circuit circuit, ThrottledCount? report)
    {
        if (report is { } refusals)
            CircuitRefused(telemetry.Logger, circuit.Service, SideName.Of(circuit.Side), circuit.OperationText, refusals.Count, refusals.Within);
    }

    [LoggerMessage(1, LogLevel.Warning, "Circuit of '{Service}' ({Side}, {Operation}) opened: {Reason}, failures in a row: {Failures}; next probe in {ResetTimeout}. What opened it: {Cause}.")]
    private static partial void CircuitOpened(
        ILogger logger, string service, string side, string operation, CircuitOpenReason reason, int failures, TimeSpan resetTimeout, string cause);

    [LoggerMessage(2, LogLevel.Information, "Circuit of '{Service}' ({Side}, {Operation}) went from {From} to {To}.")]
    private static partial void CircuitChanged(ILogger logger, string service, string side, string operation, CircuitState from, CircuitState to);

    [LoggerMessage(15, LogLevel.Information, "Circuit of '{Service}' ({Side}, {Operation}) refuses. Calls refused since the last such line: {Count}, within {Within}.")]
    private static partial void CircuitRefused(ILogger logger, string service, string side, string operation, long count, TimeSpan within);
}
