using System.Diagnostics;
using Polly;

namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>
/// One run through the policies: what was known when it began, and what has happened to it so far. One that went well is used again when
/// it has ended; only one that has failed may be kept.
/// </summary>
public sealed class Execution
{
    internal static readonly ResiliencePropertyKey<Execution> Key = new("run");

    private readonly FailureClassifier _classifier;
    private readonly TimeProvider _clock;
    private ExecutionPlan _plan;
    private ExecutionProgress _progress;
    private long _startedAt;

    internal Execution(FailureClassifier classifier, TimeProvider clock) => (_classifier, _clock) = (classifier, clock);

    /// <summary>What its caller knew of it.</summary>
    public ref readonly ExecutionPlan Plan => ref _plan;

    /// <summary>What it is called, and whose settings apply.</summary>
    public OperationState Operation => _plan.Operation;

    /// <summary>The settings of this run, whatever is reloaded meanwhile.</summary>
    public ServiceProfile Profile => Model.Profile;

    /// <summary>Attempts that have begun.</summary>
    public int Attempts => _progress.Attempts;

    /// <summary>How the first attempt failed; null while none has.</summary>
    public FirstFailure? FirstFailure => _progress.FirstFailure;

    /// <summary>The refusal of this run by one of its own policies, as opposed to one that its work met elsewhere; null where there is none.</summary>
    public RejectedException? OwnRefusal => _progress.Rejection;

    /// <summary>Why its result is a fallback's; <see cref="FallbackReason.None"/> where it is not.</summary>
    public FallbackReason FallbackReason => _progress.FallbackReason;

    /// <summary>The called service has answered with a fallback of its own.</summary>
    public bool IsRemoteFallback => _progress.IsRemoteFallback;

    internal ref ExecutionProgress Progress => ref _progress;

    internal CancellationToken CallerToken => _plan.CancellationToken;

    internal FailureClassifier Classifier => _classifier;

    /// <summary>The settings of this run, whatever is reloaded meanwhile.</summary>
    internal ProfileModel Model { get; private set; } = null!;

    /// <summary>What the run shares with others, whatever is reloaded meanwhile: it gives back where it took.</summary>
    internal ServiceState State { get; private set; } = null!;

    /// <summary>The same for its circuit.</summary>
    internal Circuit Circuit { get; private set; } = null!;

    /// <summary>The bound of the whole run: its own total, or what was left of the deadline it stands under.</summary>
    internal TimeSpan Total { get; private set; }

    /// <summary>That deadline bounds the whole run.</summary>
    internal bool IsBoundOutside { get; private set; }

    /// <summary>The latest attempt had a bound of its own, as opposed to all that was left.</summary>
    internal bool IsBoundByAttempt => _progress.AttemptEnd < Total;

    /// <summary>What is left of the attempt that runs. From 1 ms.</summary>
    public TimeSpan AttemptLeft => TimeoutPipeline.AtLeastShortest(_progress.AttemptEnd - Elapsed);

    /// <summary>More than half of its time was over before it ran: that it ran out of time says by itself nothing of the service.</summary>
    internal bool BeganLate => Total - _progress.Waited < Given / 2;

    /// <summary>
    /// Who set the deadline of what this attempt calls, for <see cref="ResilienceHeaders.Deadline"/>; null where it is
    /// <see cref="OuterDeadline.Source"/>'s, or nobody knows.
    /// </summary>
    public string? DeadlineOwner =>
        IsBoundByAttempt ? Model.AttemptOwner
        : IsBoundOutside ? null
        : _plan.CallTimeout is not null ? new DeadlineOwner(Operation.Service, Total, DeadlineSetting.RequestTimeout).ToString()
        : Model.TotalOwner;

    /// <summary>The span that is told about the run, where what it is told is kept.</summary>
    internal Activity? RecordedSpan => _progress.Span is { IsAllDataRequested: true } span ? span : null;

    /// <summary>Nothing has taken any time yet, so the clock need not be asked for what is left.</summary>
    internal bool HasJustBegun => _progress.Attempts == 0 && !_progress.HasWaited && !State.HasCustomPolicies;

    internal TimeSpan Elapsed => _clock.GetElapsedTime(_startedAt);

    internal TimeSpan Remaining => Total - Elapsed;

    // What the run was given when it was asked for: its own total, or what its caller gave and has partly spent on the way.
    private TimeSpan Given => IsBoundOutside && _plan.Outer!.Value.Given is var given && given > Total ? given : Total;

    internal static Execution Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    /// <summary>Starts a run, with an execution that is new or has forgotten the run before.</summary>
    internal void Begin(in ExecutionPlan plan)
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
        _startedAt = _clock.GetTimestamp();
    }

    /// <summary>Keeps nothing of the run that has ended: neither what it knew nor what it held on to.</summary>
    internal void Forget()
    {
        _plan = default;
        _progress = default;
    }

    /// <summary>The run has its place. Where nobody waits for the answer, its time begins only now.</summary>
    internal void Admitted()
    {
        if (_plan.Queueing == Queueing.Unbounded)
            _startedAt = _clock.GetTimestamp();
    }

    /// <summary>An attempt begins.</summary>
    internal void Attempting()
    {
        _progress.Attempts++;
        _progress.IsTimedOut = false;
        _progress.Instance = null;
        RecordedSpan?.Attempting(_progress.Attempts);
    }

    /// <summary>An attempt has failed.</summary>
    internal void Failed(Exception failure) => _progress.FirstFailure ??= new(failure, _clock.GetUtcNow());

    /// <summary>How long it has run, and the clock's timestamp that says so.</summary>
    internal (TimeSpan Elapsed, long Now) ReadClock()
    {
        long now = _clock.GetTimestamp();
        return (_clock.GetElapsedTime(_startedAt, now), now);
    }

    /// <summary>What a failure of this run means to the policies.</summary>
    /// <param name="exception">The failure.</param>
    public FailureKind Classify(Exception exception) => _classifier.Classify(exception, CallerToken, State.FailureRules);

    /// <summary>The refusal that a failure of this run is, be it one of its own policies' or one that its work has met; null for all else.</summary>
    /// <param name="failure">The failure.</param>
    public RejectedException? RefusalIn(Exception failure) => Classify(failure) == FailureKind.Rejected ? _classifier.RejectionIn(failure) : null;

    /// <summary>The attempt that runs has its answer, or its fault.</summary>
    /// <param name="by">Which instance of the called service has sent it; null where that is not known.</param>
    /// <param name="isFallback">It is a fallback that the called service has made, and says nothing of its health.</param>
    public void Answered(InstanceId? by, bool isFallback) => (_progress.Instance, _progress.IsRemoteFallback) = (by, isFallback);

    /// <summary>The attempt's time is over and its work goes on: it keeps its place in the bulkhead until it ends.</summary>
    /// <param name="work">Ends with the work. How it ends is of no interest.</param>
    public void KeepPlaceUntil(Task work) => _progress.Straggler = work;

    /// <summary>The failure has been dealt with where the work ran: it is not repeated.</summary>
    public void Settle() => _progress.IsSettled = true;

    /// <summary>What stood in for the failure could not be delivered: that is logged, and put inside the failure.</summary>
    /// <param name="failure">The failure that the caller gets after all.</param>
    /// <param name="fallbackFailure">Why the fallback could not be delivered.</param>
    public void FallbackFailed(Exception failure, Exception fallbackFailure)
    {
        FallbackTelemetry.Failed(this, Operation.Name, fallbackFailure);
        FallbackFailure.AttachTo(failure, fallbackFailure);
    }
}
