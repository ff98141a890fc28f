using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>Counts and logs what the policies decide, under the names of the meter <see cref="MeterName"/>.</summary>
internal sealed class ResilienceTelemetry
{
    public const string MeterName = "HaptiTalk.Messaging.Resilience";

    private readonly ILogger _logger;
    private readonly DecisionEvents _events;
    private readonly PausedEndpoints _paused;
    private readonly LostBrokers _lost;
    private readonly Meter _meter;
    private readonly Counter<long> _circuitCalls;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _retriesDenied;
    private readonly Counter<long> _timeouts;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _lastGoodReplyFailures;
    private readonly Counter<long> _bulkheadRejections;
    private readonly Counter<long> _brokerRejections;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _lateReplies;
    private readonly Counter<long> _executions;
    private readonly Histogram<double> _duration;
    private volatile bool _keepsRecentCalls;

    public ResilienceTelemetry(IMeterFactory meters, ILoggerFactory loggers, DecisionEvents events, PausedEndpoints paused, LostBrokers lost)
    {
        _events = events;
        _paused = paused;
        _lost = lost;
        _logger = loggers.CreateLogger(MeterName);
        _meter = meters.Create(MeterName);
        _circuitCalls = _meter.CreateCounter<long>("circuit_breaker_calls", description: "Calls that reached a circuit breaker, by what it made of them.");
        _retries = _meter.CreateCounter<long>("retry_attempts", description: "Repeats of failed attempts.");
        _retriesDenied = _meter.CreateCounter<long>("retry_budget_exhausted", description: "Repeats not made because too many had been.");
        _timeouts = _meter.CreateCounter<long>("operation_timeouts", description: "Calls that did not end within their total timeout.");
        _fallbacks = _meter.CreateCounter<long>("fallback_executions", description: "Results that a fallback stood in for.");
        _lastGoodReplyFailures = _meter.CreateCounter<long>("last_good_reply_failures", description: "Replies that could not be remembered or found as last good ones, by reason.");
        _bulkheadRejections = _meter.CreateCounter<long>("bulkhead_rejections", description: "Calls refused because no place was free.");
        _brokerRejections = _meter.CreateCounter<long>("broker_rejections", description: "Calls and publishes not sent because the broker was away.");
        _expired = _meter.CreateCounter<long>("expired_messages", description: "Requests dropped unserved because their caller had given up.");
        _lateReplies = _meter.CreateCounter<long>("late_replies", description: "Replies suppressed because the requester had been answered.");
        _executions = _meter.CreateCounter<long>("executions", description: "Calls that ran through the policies, by how they ended.");
        _duration = _meter.CreateHistogram(
            "execution_duration",
            unit: "s",
            description: "Time from the call to its end, queueing and retries included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
    }

    /// <summary>Reads the gauges from the live state whenever they are collected.</summary>
    public void Observe(ServiceStates states)
    {
        _meter.CreateObservableGauge(
            "circuit_breaker_state",
            () => states.Operations.Select(operation => Measure((int)operation.State.Breaker.State, operation)),
            description: "0 closed, 1 open, 2 half-open, 3 isolated.");
        _meter.CreateObservableGauge(
            "bulkhead_queue_size",
            () => states.Operations.Select(operation => Measure(operation.State.Bulkhead.QueueLength, operation)),
            description: "Calls waiting for a place.");
        _meter.CreateObservableGauge(
            "bulkhead_active_calls",
            () => states.Operations.Select(operation => Measure(operation.State.Bulkhead.ActiveCalls, operation)),
            description: "Calls running.");
        _meter.CreateObservableGauge(
            "held_messages",
            () => states.Operations.Where(operation => operation.Side == ResilienceSide.Consumer).Select(operation => Measure(operation.HeldMessages, operation)),
            description: "Events and commands held because the circuit is open.");
    }

    /// <summary>Reads which brokers are there whenever they are collected.</summary>
    public void ObserveBrokers(Func<IEnumerable<(string Broker, bool IsAvailable)>> brokers) => _meter.CreateObservableGauge(
        "broker_available",
        () => brokers().Select(static broker => new Measurement<int>(broker.IsAvailable ? 1 : 0, new KeyValuePair<string, object?>("broker", broker.Broker))),
        description: "1 while messages can be sent to the broker, 0 while they cannot.");

    /// <summary>From now on every call is timed for those who ask what the last minute was like.</summary>
    public void KeepRecentCalls() => _keepsRecentCalls = true;

    public void Executed(Execution execution, ExecutionResult result)
    {
        OperationState operation = execution.Operation;
        operation.State.Counts.Add(result);
        bool isMeasured = _executions.Enabled || _duration.Enabled;
        if (!isMeasured && !_keepsRecentCalls)
            return;

        // Reading the clock costs as much as all the rest: once for both.
        (TimeSpan elapsed, long now) = execution.ReadClock();
        if (_keepsRecentCalls)
            operation.State.Recent.Add(elapsed, now);
        if (!isMeasured)
            return;

        var tag = new KeyValuePair<string, object?>("result", NameOf(result));
        _executions.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, tag]);
        _duration.Record(elapsed.TotalSeconds, [operation.ServiceTag, operation.OperationTag, operation.SideTag, tag]);
    }

    public void CircuitBreakerCall(OperationState operation, CallVerdict verdict) => CountCircuitCall(operation, verdict switch
    {
        CallVerdict.Success => "success",
        CallVerdict.Failure => "failure",
        _ => "ignored",
    });

    public void CircuitBreakerRejected(OperationState operation, TimeSpan? retryAfter)
    {
        CountCircuitCall(operation, "rejected");
        _events.Rejected(operation, FallbackReason.CircuitOpen, retryAfter);
    }

    public void CircuitChanged(ServiceState state, CircuitTransition change)
    {
        string side = SideName.Of(state.Side);
        if (change.Opening is { } opening)
            Log.CircuitOpened(_logger, state.Service, side, opening.Reason, change.Failures, opening.ResetTimeout);
        else
            Log.CircuitChanged(_logger, state.Service, side, change.From, change.To);

        _events.CircuitChanged(state, change);
    }

    public void Retrying(OperationState operation, int attempt, TimeSpan delay, Exception failure)
    {
        _retries.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("attempt_number", attempt)]);
        Log.Retrying(_logger, operation.Name, operation.Service, attempt, failure.GetType().Name);
        _events.Retrying(operation, attempt, delay, failure);
    }

    public void RetryBudgetExhausted(OperationState operation) => Add(_retriesDenied, operation);

    public void TimedOut(OperationState operation, TimeSpan timeout, int attempts)
    {
        Add(_timeouts, operation);
        _events.TimedOut(operation, timeout, attempts);
    }

    public void FellBack(OperationState operation, string key, FallbackReason reason, TimeSpan? age)
    {
        _fallbacks.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("fallback_key", key)]);
        Log.FellBack(_logger, operation.Name, operation.Service, key, reason);
        _events.FellBack(operation, key, reason, age);
    }

    public void FallbackFailed(OperationState operation, string key, Exception failure) =>
        Log.FallbackFailed(_logger, failure, operation.Name, operation.Service, key);

    public void LastGoodReplyFailed(OperationState operation, string reason) =>
        _lastGoodReplyFailures.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("reason", reason)]);

    public void BulkheadRejected(OperationState operation, TimeSpan? retryAfter)
    {
        Add(_bulkheadRejections, operation);
        _events.Rejected(operation, FallbackReason.BulkheadFull, retryAfter);
    }

    public void BrokerRejected(OperationState operation)
    {
        Add(_brokerRejections, operation);
        _events.Rejected(operation, FallbackReason.BrokerUnavailable, retryAfter: null);
    }

    public void BrokerLost(string broker, string reason)
    {
        _lost.Lose(broker, reason);
        Log.BrokerLost(_logger, broker, reason);
        _events.BrokerLost(broker, reason);
    }

    public void BrokerBack(string broker, TimeSpan awayFor)
    {
        _lost.Find(broker);
        Log.BrokerBack(_logger, broker, awayFor);
        _events.BrokerBack(broker, awayFor);
    }

    public void ReconnectsSlowly(string broker) => Log.ReconnectsSlowly(_logger, broker);

    public void PublishesUnconfirmed(string broker) => Log.PublishesUnconfirmed(_logger, broker);

    public void BrokerWatchFailed(Exception failure, string broker) => Log.BrokerWatchFailed(_logger, failure, broker);

    public void Queued(OperationState operation, int queueLength) => _events.Queued(operation, queueLength);

    public void Resized(ServiceState state, BulkheadOptions options) => _events.Resized(state, options);

    public void EndpointPaused(OperationState operation, Uri endpoint, TimeSpan holdLimit)
    {
        _paused.Pause(endpoint, operation.Service, holdLimit);
        Log.EndpointPaused(_logger, endpoint, operation.Service, holdLimit);
        _events.EndpointPaused(operation, endpoint, holdLimit);
    }

    public void EndpointResumed(OperationState operation, Uri endpoint, TimeSpan pausedFor)
    {
        _paused.Resume(endpoint);
        Log.EndpointResumed(_logger, endpoint, operation.Service, pausedFor);
        _events.EndpointResumed(operation, endpoint, pausedFor);
    }

    public void EndpointStuck(Exception failure, Uri endpoint)
    {
        _paused.Stick(endpoint);
        Log.EndpointStuck(_logger, failure, endpoint);
    }

    public void Expired(OperationState operation) => Add(_expired, operation);

    public void LateReply(OperationState operation) => Add(_lateReplies, operation);

    private void CountCircuitCall(OperationState operation, string result)
    {
        if (_circuitCalls.Enabled)
            _circuitCalls.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("result", result)]);
    }

    private static void Add(Counter<long> counter, OperationState operation) =>
        counter.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);

    private static Measurement<int> Measure(int value, OperationState operation) =>
        new(value, operation.ServiceTag, operation.OperationTag, operation.SideTag);

    private static string NameOf(ExecutionResult result) => result switch
    {
        ExecutionResult.Success => "success",
        ExecutionResult.Fallback => "fallback",
        ExecutionResult.Rejected => "rejected",
        ExecutionResult.Cancelled => "cancelled",
        _ => "failure",
    };
}
