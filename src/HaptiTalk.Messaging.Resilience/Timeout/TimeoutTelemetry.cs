using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells which calls ran out of time.</summary>
internal sealed partial class TimeoutTelemetry(ResilienceTelemetry telemetry)
{
    private static readonly PolicyInstrument Timeouts = new("operation_timeouts", "Calls that did not end within their total timeout.");

    private readonly Counter<long> _timeouts = telemetry.CounterOf(Timeouts);

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } = [Timeouts];

    public void TimedOut(Execution execution)
    {
        OperationState operation = execution.Operation;
        _timeouts.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
        execution.RecordedSpan?.TimedOut(execution.Total);
        if (telemetry.Events.Wants<TimedOut>())
        {
            telemetry.Events.Raise(new TimedOut
            {
                OccurredAt = telemetry.Events.Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                Timeout = execution.Total,
                Attempts = execution.Progress.Attempts,
            });
        }

        if (execution.Progress.IsLate && operation.State.LateTimeouts.Add() is { } late)
            TimedOutLate(telemetry.Logger, operation.Service, SideName.Of(operation.Side), operation.State.OperationText, late.Count, late.Within);
    }

    [LoggerMessage(17, LogLevel.Warning, "This process stood still when calls of '{Service}' ({Side}, {Operation}) were due to time out: they say nothing of the service, so neither its circuit nor its fallbacks count them. Such calls since the last such line: {Count}, within {Within}. If it comes again, look for long garbage collections, too little processor time or blocked threads here.")]
    private static partial void TimedOutLate(ILogger logger, string service, string side, string operation, long count, TimeSpan within);
}
