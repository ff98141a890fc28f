using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// Counts and logs what becomes of calls and messages, under the names of the meter <see cref="MeterName"/>. What a policy reports
/// beside that is in its own folder.
/// </summary>
internal sealed class ResilienceTelemetry : IDisposable
{
    public const string MeterName = "HaptiTalk.Messaging.Resilience";

    private readonly PolicyInstrument[] _instruments;
    private readonly PausedEndpoints _paused;
    private readonly RefusalOrigins _origins = new();
    private readonly Meter _meter;
    private readonly Counter<long> _lastGoodReplyFailures;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _lateReplies;
    private readonly Counter<long> _executions;
    private readonly Histogram<double> _duration;

    public ResilienceTelemetry(IMeterFactory meters, ILoggerFactory loggers, DecisionEvents events, PausedEndpoints paused, PolicyOrder policies)
    {
        Events = events;
        _paused = paused;
        Logger = loggers.CreateLogger(MeterName);
        _meter = meters.Create(MeterName);
        _instruments = [.. policies.Policies.SelectMany(static policy => policy.Instruments)];
        foreach (PolicyInstrument counter in _instruments.Where(static instrument => instrument.Read is null))
            CounterOf(counter);
        _lastGoodReplyFailures = _meter.CreateCounter<long>("last_good_reply_failures", description: "Replies that could not be remembered or found as last good ones, by reason.");
        _expired = _meter.CreateCounter<long>("expired_messages", description: "Requests dropped unserved because their caller had given up.");
        _lateReplies = _meter.CreateCounter<long>("late_replies", description: "Replies suppressed because the requester had been answered.");
        _executions = _meter.CreateCounter<long>("executions", description: "Calls that ran through the policies, by how they ended.");
        _duration = _meter.CreateHistogram(
            "execution_duration", unit: "s", description: "Time from the call to its end, queueing and retries included.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
    }

    public ExecutionTraces Traces { get; } = new();

    /// <summary>What the policies log to.</summary>
    public ILogger Logger { get; }

    /// <summary>What the policies raise their events through.</summary>
    public DecisionEvents Events { get; }

    /// <summary>A policy's counter, for the policy to keep. The meter makes one of a name and gives it to all who ask.</summary>
    public Counter<long> CounterOf(PolicyInstrument instrument) => _meter.CreateCounter<long>(instrument.Name, unit: null, instrument.Description);

    /// <summary>Reads the gauges from the live state whenever they are collected.</summary>
    public void Observe(ServiceStates states, ProfileCatalog catalog)
    {
        StateGauges.Create(_meter, states, catalog, _paused);
        foreach (PolicyInstrument instrument in _instruments)
        {
            if (instrument.Read is { } read)
                _meter.CreateObservableGauge(instrument.Name, () => read(states), unit: null, instrument.Description);
        }
    }

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

    public void TooManyOperations(string service, int limit, string operation, string other) =>
        Log.TooManyOperations(Logger, service, limit, operation, other);

    public void LastGoodReplyFailed(OperationState operation, string reason) =>
        _lastGoodReplyFailures.Add(1, [operation.ServiceTag, operation.OperationTag, operation.SideTag, new("reason", reason)]);

    /// <summary>A message that nobody waits for is held, because what its consumer calls was refused.</summary>
    public void PutOff(OperationState operation, RejectedException refusal)
    {
        if (operation.State.PutOffs.Add() is { } putOffs)
            Log.PutOff(Logger, operation.Name, operation.Service, putOffs.Count, putOffs.Within, refusal.Message);
    }

    public void EndpointPaused(OperationState operation, Uri endpoint, TimeSpan holdLimit)
    {
        _paused.Pause(endpoint, operation.Circuit, holdLimit);
        Log.EndpointPaused(Logger, endpoint, operation.Service, operation.Circuit.OperationText, holdLimit);
        Events.EndpointPaused(operation, endpoint, holdLimit);
    }

    public void EndpointStoodAside(OperationState operation, Uri endpoint, int others)
    {
        _paused.StandAside(endpoint, operation.Circuit, others);
        Log.EndpointStoodAside(Logger, endpoint, operation.Service, operation.Circuit.OperationText, others);
        Events.EndpointStoodAside(operation, endpoint, others);
    }

    public void EndpointResumed(OperationState operation, Uri endpoint, TimeSpan pausedFor)
    {
        _paused.Resume(endpoint);
        Log.EndpointResumed(Logger, endpoint, operation.Service, operation.Circuit.OperationText, pausedFor);
        Events.EndpointResumed(operation, endpoint, pausedFor);
    }

    public void EndpointStuck(Exception failure, Uri endpoint)
    {
        _paused.Stick(endpoint);
        Log.EndpointStuck(Logger, failure, endpoint);
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

    private static void Add(Counter<long> counter, OperationState operation) =>
        counter.Add(1, operation.ServiceTag, operation.OperationTag, operation.SideTag);
}
