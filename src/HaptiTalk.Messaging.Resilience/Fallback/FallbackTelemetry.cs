using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells what stood in, and what could not.</summary>
internal sealed partial class FallbackTelemetry(ResilienceTelemetry telemetry)
{
    private static readonly PolicyInstrument Executions = new("fallback_executions", "Results that a fallback stood in for.");

    private readonly Counter<long> _executions = telemetry.CounterOf(Executions);

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } = [Executions];

    public void Used(Execution execution, string key, FallbackReason reason, TimeSpan? age)
    {
        OperationState operation = execution.Operation;
        _executions.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("fallback_key", key)]);
        FallbackUsed(telemetry.Logger, operation.Name, operation.Service, key, reason);
        execution.RecordedSpan?.FallbackUsed(key, reason);
        if (telemetry.Events.Wants<FallbackUsed>())
        {
            telemetry.Events.Raise(new FallbackUsed
            {
                OccurredAt = telemetry.Events.Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                FallbackKey = key,
                Reason = reason,
                Age = age,
            });
        }
    }

    /// <summary>It could not be made, or what it made could not be sent.</summary>
    public static void Failed(Execution execution, string key, Exception failure)
    {
        OperationState operation = execution.Operation;
        execution.RecordedSpan?.FallbackFailed(key, failure);
        if (operation.State.FallbackFailures.Add() is { } failures)
            FallbackFailed(operation.State.Telemetry.Logger, failure, operation.Name, operation.Service, key, failures.Count);
    }

    [LoggerMessage(4, LogLevel.Debug, "Fallback '{Key}' stands in for '{Operation}' of '{Service}': {Reason}.")]
    private static partial void FallbackUsed(ILogger logger, string operation, string service, string key, FallbackReason reason);

    [LoggerMessage(5, LogLevel.Warning, "Fallback '{Key}' for '{Operation}' of '{Service}' failed itself; the caller gets the original failure. Failed fallbacks of this service since the last such line: {Count}.")]
    private static partial void FallbackFailed(ILogger logger, Exception failure, string operation, string service, string key, long count);
}
