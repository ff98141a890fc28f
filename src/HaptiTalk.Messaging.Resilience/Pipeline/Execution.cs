using System.Diagnostics;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One run through the policies: what was known when it began, and what has happened to it so far.</summary>
internal sealed class Execution(FailureClassifier classifier, TimeProvider clock)
{
    public static readonly ResiliencePropertyKey<Execution> Key = new("run");

    private ExecutionPlan _plan;
    private ExecutionProgress _progress;
    private long _startedAt;

    public ref readonly ExecutionPlan Plan => ref _plan;

    public ref ExecutionProgress Progress => ref _progress;

    public OperationState Operation => _plan.Operation;

    public CancellationToken CallerToken => _plan.CancellationToken;

    public FailureClassifier Classifier => classifier;

    /// <summary>The settings of this run, whatever is reloaded meanwhile.</summary>
    public ProfileModel Model { get; private set; } = null!;

    /// <summary>What the run shares with others, whatever is reloaded meanwhile: it gives back where it took.</summary>
    public ServiceState State { get; private set; } = null!;

    /// <summary>The same for its circuit.</summary>
    public Circuit Circuit { get; private set; } = null!;

    /// <summary>The bound of the whole run: its own total, or what was left of the deadline it stands under.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>That deadline bounds the whole run.</summary>
    public bool IsBoundOutside { get; private set; }

    /// <summary>The latest attempt had a bound of its own, as opposed to all that was left.</summary>
    public bool IsBoundByAttempt => _progress.AttemptEnd < Total;

    /// <summary>What is left of the attempt that runs.</summary>
    public TimeSpan AttemptLeft => TimeoutPipeline.AtLeastShortest(_progress.AttemptEnd - Elapsed);

    /// <summary>More than half of its time was over before it ran: that it ran out of time says by itself nothing of the service.</summary>
    public bool BeganLate => Total - _progress.Waited < Given / 2;

    /// <summary>The <see cref="DeadlineOwner"/> of what this attempt calls, in writing; null where nobody knows.</summary>
    public string? DeadlineOwner =>
        IsBoundByAttempt ? Model.AttemptOwner
        : IsBoundOutside ? null
        : _plan.CallTimeout is not null ? new DeadlineOwner(Operation.Service, Total, DeadlineSetting.RequestTimeout).ToString()
        : Model.TotalOwner;

    /// <summary>The span that is told about the run, where what it is told is kept.</summary>
    public Activity? RecordedSpan => _progress.Span is { IsAllDataRequested: true } span ? span : null;

    /// <summary>Nothing has taken any time yet, so the clock need not be asked for what is left.</summary>
    public bool HasJustBegun => _progress.Attempts == 0 && !_progress.HasWaited && !State.HasCustomPolicies;

    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    public TimeSpan Remaining => Total - Elapsed;

    // What the run was given when it was asked for: its own total, or what its caller gave and has partly spent on the way.
    private TimeSpan Given => IsBoundOutside && _plan.Outer!.Value.Given is var given && given > Total ? given : Total;

    public static Execution Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>Starts a run, with an execution that is new or has forgotten the run before.</summary>
    public void Begin(in ExecutionPlan plan)
    {
        _plan = plan;
        OperationState operation = plan.Operation;
        Model = operation.Model;
        State = operation.State;
        Circuit = operation.Circuit;
        TimeSpan own = plan.CallTimeout ?? Model.TotalFor(plan.Dependency);
        IsBoundOutside = plan.Outer is { } outer && outer.Left < own;
        Total = IsBoundOutside ? plan.Outer!.Value.Left : own;
        _progress.AttemptEnd = Total;
        _startedAt = clock.GetTimestamp();
    }

    /// <summary>Keeps nothing of the run that has ended: neither what it knew nor what it held on to.</summary>
    public void Forget()
    {
        _plan = default;
        _progress = default;
    }

    /// <summary>The run has its place. Where nobody waits for the answer, its time begins only now.</summary>
    public void Admitted()
    {
        if (_plan.Queueing == Queueing.Unbounded)
            _startedAt = clock.GetTimestamp();
    }

    /// <summary>An attempt begins.</summary>
    public void Attempting()
    {
        _progress.Attempts++;
        _progress.IsTimedOut = false;
        _progress.Instance = null;
        RecordedSpan?.Attempting(_progress.Attempts);
    }

    /// <summary>An attempt has failed.</summary>
    public void Failed(Exception failure) => _progress.FirstFailure ??= new(failure, clock.GetUtcNow());

    /// <summary>How long it has run, and the clock's timestamp that says so.</summary>
    public (TimeSpan Elapsed, long Now) ReadClock()
    {
        long now = clock.GetTimestamp();
        return (clock.GetElapsedTime(_startedAt, now), now);
    }

    public FailureKind Classify(Exception exception) => classifier.Classify(exception, CallerToken, State.FailureRules);

    /// <summary>The refusal that a failure of this run is, be it one of its own policies' or one that its work has met; null for all else.</summary>
    public RejectedException? RefusalIn(Exception failure) => Classify(failure) == FailureKind.Rejected ? classifier.RejectionIn(failure) : null;
}
