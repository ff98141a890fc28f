using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts, logs and tells who waits and who is refused, and shows how full it is.</summary>
internal sealed partial class BulkheadTelemetry(ResilienceTelemetry telemetry)
{
    private static readonly PolicyInstrument Rejections = new("bulkhead_rejections", "Calls refused because no place was free.");

    private readonly Counter<long> _rejections = telemetry.CounterOf(Rejections);

    public static IReadOnlyList<PolicyInstrument> Instruments { get; } =
    [
        Rejections,
        new("bulkhead_queue_size", "Calls waiting for a place.")
        {
            Read = static states => StateGauges.OfEach(states, static operation => operation.State.Bulkhead.QueueLength),
        },
        new("bulkhead_active_calls", "Calls running.")
        {
            Read = static states => StateGauges.OfEach(states, static operation => operation.State.Bulkhead.ActiveCalls),
        },
    ];

    public static void Resized(ServiceState state, BulkheadOptions options) => state.Telemetry.Events.Raise(new BulkheadResized
    {
        OccurredAt = state.Telemetry.Events.Now,
        Service = state.Service,
        Side = state.Side,
        Operation = state.Operation,
        MaxConcurrentCalls = options.MaxConcurrentCalls,
        QueueCapacity = options.QueueCapacity,
    });

    public void Rejected(Execution execution, TimeSpan? retryAfter)
    {
        OperationState operation = execution.Operation;
        _rejections.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
        if (operation.State.BulkheadRefusals.Add() is { } refusals)
        {
            int limit = operation.Model.Profile.Bulkhead.MaxConcurrentCalls;
            BulkheadRefused(
                telemetry.Logger, operation.Service, SideName.Of(operation.Side), operation.State.OperationText, limit, refusals.Count, refusals.Within);
        }

        execution.RecordedSpan?.Rejected(FallbackReason.BulkheadFull, retryAfter);
        telemetry.Events.Rejected(operation, FallbackReason.BulkheadFull, retryAfter);
    }

    public void Queued(Execution execution, int queueLength)
    {
        execution.RecordedSpan?.Queued(queueLength);
        if (telemetry.Events.Wants<Queued>())
        {
            OperationState operation = execution.Operation;
            telemetry.Events.Raise(new Queued
            {
                OccurredAt = telemetry.Events.Now,
                Service = operation.Service,
                Side = operation.Side,
                Operation = operation.Name,
                QueueLength = queueLength,
            });
        }
    }

    [LoggerMessage(16, LogLevel.Warning, "Bulkhead of '{Service}' ({Side}, {Operation}) is full; calls that run: {Limit}. Calls refused since the last such line: {Count}, within {Within}.")]
    private static partial void BulkheadRefused(ILogger logger, string service, string side, string operation, int limit, long count, TimeSpan within);
}
