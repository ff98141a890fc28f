using System.Collections.Concurrent;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>
/// What the operations of one service on one side share: bulkhead, failure windows and counts. A reload gives it new numbers and
/// takes nothing from it.
/// </summary>
internal sealed class ServiceState
{
    private readonly ConcurrentDictionary<string, FailureWindow> _failures = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private volatile bool _hasFailed;
    private RecentCalls? _recent;

    public ServiceState(
        string service,
        ResilienceSide side,
        string? operation,
        ProfileModel model,
        TimeProvider clock,
        ResilienceTelemetry telemetry,
        PolicyOrder policies,
        FailureRules? failureRules,
        ProcessPauses pauses,
        HostFrames frames)
    {
        _clock = clock;
        Pauses = pauses;
        Frames = frames;
        Service = service;
        Operation = operation;
        Side = side;
        Telemetry = telemetry;
        HasCustomPolicies = policies.HasCustomPolicies;
        FailureRules = failureRules;
        Bulkhead = new(model.Profile.Bulkhead, clock);
        BulkheadRefusals = new(clock);
        FallbackFailures = new(clock);
        LateTimeouts = new(clock);
        PutOffs = new(clock);
        RetryBudget = side is ResilienceSide.Client or ResilienceSide.Publisher ? new(clock) : null;
        Pipeline = policies.Build(this, clock);
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

    /// <summary>What the host's code says of exceptions here; null where it says nothing.</summary>
    public FailureRules? FailureRules { get; }

    public Bulkhead Bulkhead { get; }

    /// <summary>What bounds the repeats of those who put load on others; null elsewhere.</summary>
    public RetryBudget? RetryBudget { get; }

    public ExecutionCounts Counts { get; } = new();

    /// <summary>The calls of the last minute, from the first time that somebody asked for them.</summary>
    public RecentCalls Recent => _recent ?? Interlocked.CompareExchange(ref _recent, new(_clock), null) ?? _recent;

    /// <summary>What the log has not been told yet: calls for which there was no place.</summary>
    public LogThrottle BulkheadRefusals { get; }

    /// <summary>What the log has not been told yet: fallbacks that failed themselves.</summary>
    public LogThrottle FallbackFailures { get; }

    /// <summary>What the log has not been told yet: timeouts that say nothing about the service.</summary>
    public LogThrottle LateTimeouts { get; }

    /// <summary>What the log has not been told yet: messages put off because what their consumer calls was refused.</summary>
    public LogThrottle PutOffs { get; }

    /// <summary>Tells which timeouts were late because this process stood still.</summary>
    public ProcessPauses Pauses { get; }

    /// <summary>Finds the host's own code in a failure.</summary>
    public HostFrames Frames { get; }

    public ResiliencePipeline Pipeline { get; }

    /// <summary>There has been a failure that counts for a fallback, at any time.</summary>
    public bool HasFailed => _hasFailed;

    public FailureWindow FailuresOf(string fallbackKey)
    {
        _hasFailed = true;
        return _failures.GetOrAdd(fallbackKey, static (_, clock) => new FailureWindow(clock), _clock);
    }

    /// <summary>What the fallbacks count begins anew.</summary>
    /// <param name="fallbackKey">One of them; null for all.</param>
    public void ForgetFailures(string? fallbackKey = null)
    {
        foreach ((string key, FailureWindow window) in _failures)
        {
            if (fallbackKey is null || key == fallbackKey)
                window.Clear();
        }
    }

    public void Apply(ProfileModel model)
    {
        if (Bulkhead.Apply(model.Profile.Bulkhead))
            BulkheadTelemetry.Resized(this, model.Profile.Bulkhead);
    }
}
