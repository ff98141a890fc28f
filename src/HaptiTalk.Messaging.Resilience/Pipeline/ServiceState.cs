using System.Collections.Concurrent;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What lives as long as the process: breaker, bulkhead, failure windows and counts of one service on one side.
/// A reload gives it new numbers and takes nothing from it.
/// </summary>
internal sealed class ServiceState
{
    private readonly ConcurrentDictionary<string, FailureWindow> _failures = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private volatile bool _hasFailed;
    private RecentCalls? _recent;
    private int _held;

    public ServiceState(
        string service,
        ResilienceSide side,
        string? operation,
        ProfileModel model,
        TimeProvider clock,
        ResilienceTelemetry telemetry,
        CustomPolicies policies)
    {
        _clock = clock;
        Service = service;
        Operation = operation;
        Side = side;
        Telemetry = telemetry;
        HasCustomPolicies = policies.Any;
        Breaker = new(model.Profile.CircuitBreaker, clock, transition => telemetry.CircuitChanged(this, transition));
        Bulkhead = new(model.Profile.Bulkhead, clock);
        RampUp = new(clock);
        CircuitRefusals = new(clock);
        BulkheadRefusals = new(clock);
        FallbackFailures = new(clock);
        PutOffs = new(clock);
        RetryBudget = side is ResilienceSide.Client or ResilienceSide.Publisher ? new(clock) : null;
        Pipeline = PolicyOrder.Build(this, clock, policies);
    }

    public string Service { get; }

    public ResilienceSide Side { get; }

    /// <summary>The only operation that uses this state; null when all of the service's do.</summary>
    public string? Operation { get; }

    /// <summary>The same in words.</summary>
    public string OperationText => Operation ?? "all operations";

    public ResilienceTelemetry Telemetry { get; }

    /// <summary>Among the policies are some of the host's own, of which nothing is known.</summary>
    public bool HasCustomPolicies { get; }

    public CircuitBreaker Breaker { get; }

    public Bulkhead Bulkhead { get; }

    /// <summary>The way back for what was held while the circuit was open.</summary>
    public RampUp RampUp { get; }

    /// <summary>What bounds the repeats of those who put load on others; null elsewhere.</summary>
    public RetryBudget? RetryBudget { get; }

    public ExecutionCounts Counts { get; } = new();

    /// <summary>The calls of the last minute, from the first time that somebody asked for them.</summary>
    public RecentCalls Recent => _recent ?? Interlocked.CompareExchange(ref _recent, new(_clock), null) ?? _recent;

    /// <summary>What the log has not been told yet: calls that the breaker refused.</summary>
    public Tally CircuitRefusals { get; }

    /// <summary>What the log has not been told yet: calls for which there was no place.</summary>
    public Tally BulkheadRefusals { get; }

    /// <summary>What the log has not been told yet: fallbacks that failed themselves.</summary>
    public Tally FallbackFailures { get; }

    /// <summary>What the log has not been told yet: messages put off because what their consumer calls was refused.</summary>
    public Tally PutOffs { get; }

    public ResiliencePipeline Pipeline { get; }

    /// <summary>Messages that are held because the circuit is open, or what their consumer calls was refused.</summary>
    public int HeldMessages => Volatile.Read(ref _held);

    /// <summary>There has been a failure that counts for a fallback, at any time.</summary>
    public bool HasFailed => _hasFailed;

    public FailureWindow FailuresOf(string fallbackKey)
    {
        _hasFailed = true;
        return _failures.GetOrAdd(fallbackKey, static (_, clock) => new FailureWindow(clock), _clock);
    }

    /// <summary>What the fallbacks count begins anew.</summary>
    public void ForgetFailures()
    {
        foreach (FailureWindow window in _failures.Values)
            window.Clear();
    }

    public void Held() => Interlocked.Increment(ref _held);

    public void Released() => Interlocked.Decrement(ref _held);

    public ServiceSnapshot GetSnapshot()
    {
        CircuitView circuit = Breaker.View();
        return new(
            Service,
            Side,
            Operation,
            Counts.Successful,
            Counts.Failed,
            Counts.Fallback,
            circuit.State,
            circuit.Failures,
            circuit.TimeUntilProbe,
            Bulkhead.ActiveCalls,
            Bulkhead.QueueLength)
        {
            RejectedExecutions = Counts.Rejected,
            Since = circuit.Since,
            OpenReason = circuit.Reason,
            MaxConcurrentCalls = Bulkhead.Options.MaxConcurrentCalls,
            QueueCapacity = Bulkhead.Options.QueueCapacity,
            HeldMessages = HeldMessages,
        };
    }

    public void Apply(ProfileModel model)
    {
        Breaker.Apply(model.Profile.CircuitBreaker);
        if (Bulkhead.Apply(model.Profile.Bulkhead))
            Telemetry.Resized(this, model.Profile.Bulkhead);
    }
}
