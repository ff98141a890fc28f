using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts and logs what the policies decide, under the names of the meter <see cref="MeterName"/>.</summary>
internal sealed class ResilienceTelemetry : IDisposable
{
    public const string MeterName = "HaptiTalk.Messaging.Resilience";

    private readonly ILogger _logger;
    private readonly DecisionEvents _events;
    private readonly PausedEndpoints _paused;
    private readonly RefusalOrigins _origins = new();
    private readonly Meter _meter;
    private readonly Counter<long> _circuitCalls;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _retriesDenied;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _lastGoodReplyFailures;
    private readonly Counter<long> _bulkheadRejections;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _lateReplies;
    private readonly Counter<long> _executions;
    private readonly Histogram<double> _duration;

    public ResilienceTelemetry(IMeterFactory meters, ILoggerFactory loggers, DecisionEvents events, PausedEndpoints paused)
    {
        _events = events;
        _paused = paused;
        _logger = loggers.CreateLogger(MeterName);
        _meter = meters.Create(MeterName);
        _circuitCalls = _meter.CreateCounter<long>("circuit_breaker_calls", description: "Calls that reached a circuit breaker, by what it made of them.");
        _retries = _meter.CreateCounter<long>("retry_attempts", description: "Repeats of failed attempts.");
        _retriesDenied = _meter.CreateCounter<long>("retry_budget_exhausted", description: "Repeats not made because too many had been.");
        _timeouts = _meter.CreateCounter<long>("operation_timeouts", description: "Calls that did not end within their total timeout.");
        _fallbacks = _meter.CreateCounter<long>("fallback_executions", description: "Results that a fallback stood in for.");
        _lastGoodReplyFailures = _meter.CreateCounter<long>("last_good_reply_failures", description: "Replies that could not be remembered or found as last good ones, by reason.");
        _bulkheadRejections = _meter.CreateCounter<long>("bulkhead_rejections", description: "Calls refused because no place was free.");
        _expired = _meter.CreateCounter<long>("expired_messages", description: "Requests dropped unserved because their caller had given up.");
        _lateReplies = _meter.CreateCounter<long>("late_replies", description: "Replies suppressed because the requester had been answered.");
        _executions = _meter.CreateCounter<long>("executions", description: "Calls that ran through the policies, by how they ended.");
        _duration = _meter.CreateHistogram(
            "execution_duration", unit: "s", description: "Time from the call to its end, queueing and retries included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
    }

    public ExecutionTraces Traces { get; } = new();

    /// <summary>Reads the gauges from the live state whenever they are collected.</summary>
    public void Observe(ServiceStates states, ProfileCatalog catalog) => StateGauges.Create(_meter, states, catalog, _paused);

    /// <summary>Whether every call is timed, for those who ask what the last minute was like.</summary>
    public bool KeepsRecentCalls { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    public void Executed(Execution execution, ExecutionResult result, Exception? failure)
    {
        OperationState operation = execution.Operation;
        execution.State.Counts.Add(result);
        if (execution.Progress.Span is not null)
            Traces.Report(execution, result.Name(), failure);
        bool isMeasured = _executions.Enabled || _duration.Enabled;
        if (!isMeasured && !KeepsRecentCalls)
            return;

        // Reading the clock costs as much as all the rest: once for both.
        (TimeSpan elapsed, long now) = execution.ReadClock();
        if (KeepsRecentCalls)
            execution.State.Recent.Add(result, elapsed, now);
        if (!isMeasured)
            return;

        var tag = new KeyValuePair<string, object?>("result", result.Name());
        if (result == ExecutionResult.Rejected && execution.RefusalIn(failure!) is { } refusal)
            _executions.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, tag, new("origin", _origins.NameOf(refusal, operation))]);
        else
            _executions.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, tag]);
        _duration.Record(elapsed.TotalSeconds, [operation.ServiceTag, operation.OperationTag, operation.SideTag, tag]);
    }

    public void CircuitBreakerCall(Execution execution, CallVerdict verdict) => CountCircuitCall(execution.Operation, verdict switch
    {
        CallVerdict.Success => "success",
        CallVerdict.Failure or CallVerdict.InstanceFailure => "failure",
        _ when execution.Progress.IsLate => "late",
        _ => "ignored",
    });

    public void CircuitBreakerRejected(Execution execution, TimeSpan? retryAfter)
    {
        OperationState operation = execution.Operation;
        CountCircuitCall(operation, "rejected");
        LogRefusals(execution.Circuit, execution.Circuit.Refusals.Add());
        execution.RecordedSpan?.Rejected(FallbackReason.CircuitOpen, retryAfter);
        _events.Rejected(operation, FallbackReason.CircuitOpen, retryAfter);
    }

    public void CircuitChanged(Circuit circuit, CircuitTransition change)
    {
        string side = SideName.Of(circuit.Side);
        LogRefusals(circuit, circuit.Refusals.End());
        circuit.Refusals.Begin();
        if (change.Opening is { } opening)
        {
            Log.CircuitOpened(
                _logger, circuit.Service, side, circuit.OperationText, opening.Reason, change.Failures, opening.ResetTimeout, opening.Cause?.Value.ToString() ?? "slow calls");
        }
        else
        {
            Log.CircuitChanged(_logger, circuit.Service, side, circuit.OperationText, change.From, change.To);
        }

        _events.CircuitChanged(circuit, change);
    }

    public void Retrying(Execution execution, int attempt, TimeSpan delay, Exception failure)
    {
        OperationState operation = execution.Operation;
        _retries.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("attempt_number", attempt)]);
        Log.Retrying(_logger, operation.Name, operation.Service, attempt, TypeNames.Of(failure.GetType()));
        execution.RecordedSpan?.Retrying(attempt, delay, failure);
        _events.Retrying(operation, attempt, delay, failure);
    }

    public void TooManyOperations(string service, int limit, string operation, string other) =>
        Log.TooManyOperations(_logger, service, limit, operation, other);

    public void RetryBudgetExhausted(Execution execution)
    {
        Add(_retriesDenied, execution.Operation);
        execution.RecordedSpan?.RetryBudgetExhausted();
    }

    public void TimedOut(Execution execution)
    {
        OperationState operation = execution.Operation;
        Add(_timeouts, operation);
        execution.RecordedSpan?.TimedOut(execution.Total);
        _events.TimedOut(operation, execution.Total, execution.Progress.Attempts);
        if (execution.Progress.IsLate && operation.State.LateTimeouts.Add() is { } late)
            Log.TimedOutLate(_logger, operation.Service, SideName.Of(operation.Side), operation.State.OperationText, late.Count, late.Within);
    }

    public void FallbackUsed(Execution execution, string key, FallbackReason reason, TimeSpan? age)
    {
        OperationState operation = execution.Operation;
        _fallbacks.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("fallback_key", key)]);
        Log.FallbackUsed(_logger, operation.Name, operation.Service, key, reason);
        execution.RecordedSpan?.FallbackUsed(key, reason);
        _events.FallbackUsed(operation, key, reason, age);
    }

    public void LastGoodReplyFailed(OperationState operation, string reason) =>
        _lastGoodReplyFailures.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("reason", reason)]);

    public void FallbackFailed(Execution execution, string key, Exception failure)
    {
        OperationState operation = execution.Operation;
        execution.RecordedSpan?.FallbackFailed(key, failure);
        if (operation.State.FallbackFailures.Add() is { } failures)
            Log.FallbackFailed(_logger, failure, operation.Name, operation.Service, key, failures.Count);
    }

    public void BulkheadRejected(Execution execution, TimeSpan? retryAfter)
    {
        OperationState operation = execution.Operation;
        Add(_bulkheadRejections, operation);
        if (operation.State.BulkheadRefusals.Add() is { } refusals)
        {
            int limit = operation.Model.Profile.Bulkhead.MaxConcurrentCalls;
            Log.BulkheadRefused(_logger, operation.Service, SideName.Of(operation.Side), operation.State.OperationText, limit, refusals.Count, refusals.Within);
        }

        execution.RecordedSpan?.Rejected(FallbackReason.BulkheadFull, retryAfter);
        _events.Rejected(operation, FallbackReason.BulkheadFull, retryAfter);
    }

    /// <summary>A message that nobody waits for is held, because what its consumer calls was refused.</summary>
    public void PutOff(OperationState operation, RejectedException refusal)
    {
        if (operation.State.PutOffs.Add() is { } putOffs)
            Log.PutOff(_logger, operation.Name, operation.Service, putOffs.Count, putOffs.Within, refusal.Message);
    }

    public void Queued(Execution execution, int queueLength)
    {
        execution.RecordedSpan?.Queued(queueLength);
        _events.Queued(execution.Operation, queueLength);
    }

    public void Resized(ServiceState state, BulkheadOptions options) => _events.Resized(state, options);

    public void EndpointPaused(OperationState operation, Uri endpoint, TimeSpan holdLimit)
    {
        _paused.Pause(endpoint, operation.Circuit, holdLimit);
        Log.EndpointPaused(_logger, endpoint, operation.Service, operation.Circuit.OperationText, holdLimit);
        _events.EndpointPaused(operation, endpoint, holdLimit);
    }

    public void EndpointStoodAside(OperationState operation, Uri endpoint, int others)
    {
        _paused.StandAside(endpoint, operation.Circuit, others);
        Log.EndpointStoodAside(_logger, endpoint, operation.Service, operation.Circuit.OperationText, others);
        _events.EndpointStoodAside(operation, endpoint, others);
    }

    public void EndpointResumed(OperationState operation, Uri endpoint, TimeSpan pausedFor)
    {
        _paused.Resume(endpoint);
        Log.EndpointResumed(_logger, endpoint, operation.Service, operation.Circuit.OperationText, pausedFor);
        _events.EndpointResumed(operation, endpoint, pausedFor);
    }

    public void EndpointStuck(Exception failure, Uri endpoint)
    {
        _paused.Stick(endpoint);
        Log.EndpointStuck(_logger, failure, endpoint);
    }

    public void Expired(OperationState operation)
    {
        Add(_expired, operation);
        Traces.Delivery?.Expired();
    }

    public void LateReply(OperationState operation)
    {
        Add(_lateReplies, operation);
        Traces.Delivery?.LateReply();
    }

    public void Dispose() => Traces.Dispose();

    private void LogRefusals(Circuit circuit, ThrottledCount? report)
    {
        if (report is { } refusals)
            Log.CircuitRefused(_logger, circuit.Service, SideName.Of(circuit.Side), circuit.OperationText, refusals.Count, refusals.Within);
    }

    private void CountCircuitCall(OperationState operation, string result)
    {
        if (_circuitCalls.Enabled)
            _circuitCalls.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("result", result)]);
    }

    private static void Add(Counter<long> counter, OperationState operation) =>
        counter.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
}
