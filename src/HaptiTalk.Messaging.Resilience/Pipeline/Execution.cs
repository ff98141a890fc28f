using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One run through the policies: what it is called, the numbers it began with, and what has happened to it so far.</summary>
internal sealed class Execution
{
    public static readonly ResiliencePropertyKey<Execution> Key = new("run");

    private readonly TimeProvider _clock;
    private long _startedAt;

    public Execution(OperationState operation, FailureClassifier classifier, TimeSpan total, TimeProvider clock, CancellationToken callerToken)
    {
        _clock = clock;
        Classifier = classifier;
        Begin(operation, total, callerToken);
    }

    public OperationState Operation { get; private set; }

    /// <summary>The settings of this run, whatever is reloaded meanwhile.</summary>
    public ProfileModel Model { get; private set; }

    /// <summary>What the run shares with others, whatever is reloaded meanwhile: it gives back where it took.</summary>
    public ServiceState State { get; private set; }

    /// <summary>The same for its circuit.</summary>
    public Circuit Circuit { get; private set; }

    public FailureClassifier Classifier { get; }

    /// <summary>The bound of the whole run.</summary>
    public TimeSpan Total { get; private set; }

    /// <summary>The deadline of the work that the run is part of; null where it is part of none.</summary>
    public IOuterDeadline? Outer { get; private set; }

    /// <summary>What was left of that when the run began.</summary>
    public TimeSpan OuterLeft { get; private set; }

    /// <summary>What the run was given when it was asked for: its own total, or what its caller gave and has partly spent on the way.</summary>
    public TimeSpan Given { get; private set; }

    /// <summary>How long the run waited for its place.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>More than half of its time was over before it ran: that it ran out of time says by itself nothing of the service.</summary>
    public bool BeganLate => Total - Waited < Given / 2;

    /// <summary>That is what bounds the whole run.</summary>
    public bool IsBoundOutside { get; private set; }

    /// <summary>The total was given with the call.</summary>
    public bool IsBoundByCall { get; set; }

    /// <summary>When the latest attempt was to have ended, counted from when the run began.</summary>
    public TimeSpan AttemptEnd { get; set; }

    /// <summary>The latest attempt had a bound of its own, as opposed to all that was left.</summary>
    public bool IsBoundByAttempt => AttemptEnd < Total;

    /// <summary>What is left of the attempt that runs.</summary>
    public TimeSpan AttemptLeft => TimeoutPipeline.AtLeastShortest(AttemptEnd - Elapsed);

    /// <summary>The <see cref="DeadlineOwner"/> of what this attempt calls, in writing; null where it is <see cref="Outer"/>'s.</summary>
    public string? DeadlineOwner =>
        IsBoundByAttempt ? Model.AttemptOwner
        : IsBoundOutside ? null
        : IsBoundByCall ? new DeadlineOwner(Operation.Service, Total, DeadlineSetting.RequestTimeout).ToString()
        : Model.TotalOwner;

    public CancellationToken CallerToken { get; private set; }

    /// <summary>How the run behaves towards a full bulkhead.</summary>
    public Patience Patience { get; set; }

    /// <summary>The work can be begun only once: it is never repeated.</summary>
    public bool IsOneShot { get; set; }

    /// <summary>What the run depends on, where that has a total of its own.</summary>
    public string? Dependency { get; set; }

    /// <summary>What the run's fallback is called; null for the operation's name.</summary>
    public string? FallbackKey { get; set; }

    /// <summary>An <see cref="IFallbackSource{TResult}"/> for the run's result, the <see cref="RegisteredFallbacks"/> to look for one in, or null.</summary>
    public object? FallbackSource { get; set; }

    /// <summary>Makes the exception for a run that was too long; null for <see cref="ExecutionTimeoutException"/>.</summary>
    public Func<Execution, Exception>? TimeoutFactory { get; set; }

    /// <summary>The message that is consumed; null where none is.</summary>
    public Guid? MessageId { get; set; }

    /// <summary>What is run, and what it is run with: <see cref="ExecutionRunner"/> knows their types.</summary>
    public object? Work { get; set; }

    public object? WorkState { get; set; }

    /// <summary>Tells the attempt that runs now that its time is over; null where the context's token does.</summary>
    public CancellationToken? AttemptToken { get; set; }

    /// <summary>The span that is told about the run; null where nobody listens.</summary>
    public Activity? Span { get; set; }

    /// <summary>The same where what it is told is kept.</summary>
    public Activity? RecordedSpan => Span is { IsAllDataRequested: true } ? Span : null;

    public int Attempts { get; set; }

    /// <summary>How the first attempt failed; null while none has.</summary>
    public FirstFailure? FirstFailure { get; private set; }

    /// <summary>One of this run's own timeouts ended its latest attempt, as opposed to a timeout inside the work.</summary>
    public bool IsTimedOut { get; set; }

    /// <summary>It was noticed late, or little later than the process had stood still: it says nothing about the service.</summary>
    public bool IsLate { get; set; }

    /// <summary>The refusal of this run by one of its own policies, as opposed to one that its work met elsewhere.</summary>
    public RejectedException? Rejection { get; set; }

    /// <summary>An attempt that goes on although its time is over; it keeps its place in the bulkhead until it ends.</summary>
    public Task? Straggler { get; set; }

    /// <summary>Why the result is a fallback's.</summary>
    public FallbackReason FallbackReason { get; set; }

    /// <summary>The result is a fallback made by the called service, which says nothing about that service's health.</summary>
    public bool IsRemoteFallback { get; set; }

    /// <summary>The instance of the called service that the latest attempt had its answer or its fault from; null where that is not known.</summary>
    public InstanceId? Instance { get; set; }

    /// <summary>The wait that the retry policy has decided on.</summary>
    public TimeSpan RetryDelay { get; set; }

    /// <summary>Nothing has taken any time yet, so the clock need not be asked for what is left.</summary>
    public bool HasJustBegun => Attempts == 0 && !HasWaited && !State.HasCustomPolicies;

    /// <summary>The run has waited for its place in the bulkhead.</summary>
    public bool HasWaited { get; set; }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_startedAt);

    /// <summary>How long it has run, and the clock's timestamp that says so.</summary>
    public (TimeSpan Elapsed, long Now) ReadClock()
    {
        long now = _clock.GetTimestamp();
        return (_clock.GetElapsedTime(_startedAt, now), now);
    }

    public TimeSpan Remaining => Total - Elapsed;

    /// <summary>The run has its place. Where nobody waits for the answer, its time begins only now.</summary>
    public void Admitted()
    {
        if (Patience == Patience.Unlimited)
            _startedAt = _clock.GetTimestamp();
    }

    /// <summary>An attempt has failed.</summary>
    public void Failed(Exception failure) => FirstFailure ??= new(failure, _clock.GetUtcNow());

    /// <summary>Starts a run, with one that is new or forgot the run before.</summary>
    [MemberNotNull(nameof(Operation), nameof(Model), nameof(State), nameof(Circuit))]
    public void Begin(OperationState operation, TimeSpan total, CancellationToken callerToken)
    {
        Operation = operation;
        Model = operation.Model;
        State = operation.State;
        Circuit = operation.Circuit;
        AttemptEnd = Total = Given = total;
        CallerToken = callerToken;
        _startedAt = _clock.GetTimestamp();
    }

    /// <summary>The run is part of something that has only so much time left.</summary>
    public void BoundBy(IOuterDeadline outer, TimeSpan left, TimeSpan given = default)
    {
        (Outer, OuterLeft, IsBoundOutside) = (outer, left, left < Total);
        if (!IsBoundOutside)
            return;

        AttemptEnd = Total = left;
        Given = given > left ? given : left;
    }

    /// <summary>Keeps nothing of the run that has ended: neither what it knew nor what it held on to.</summary>
    public void Forget()
    {
        CallerToken = default;
        Patience = Patience.Bounded;
        IsOneShot = false;
        Outer = null;
        IsBoundOutside = false;
        IsBoundByCall = false;
        TimeoutFactory = null;
        Dependency = null;
        FallbackKey = null;
        FallbackSource = null;
        MessageId = null;
        Work = null;
        WorkState = null;
        AttemptToken = null;
        Span = null;
        Attempts = 0;
        FirstFailure = null;
        HasWaited = false;
        Waited = TimeSpan.Zero;
        IsTimedOut = false;
        IsLate = false;
        Rejection = null;
        Straggler = null;
        FallbackReason = FallbackReason.None;
        IsRemoteFallback = false;
        Instance = null;
        RetryDelay = TimeSpan.Zero;
    }

    public IFallbackSource<TResult>? FallbackFor<TResult>(string key) => FallbackSource switch
    {
        IFallbackSource<TResult> source => source,
        RegisteredFallbacks registered => registered.Find<TResult>(key),
        _ => null,
    };

    public FailureKind Classify(Exception exception) => Classifier.Classify(exception, CallerToken, State.FailureRules);

    /// <summary>The refusal that a failure of this run is, be it one of its own policies' or one that its work has met; null for all else.</summary>
    public RejectedException? RefusalIn(Exception failure) => Classify(failure) == FailureKind.Rejected ? Classifier.RejectionIn(failure) : null;

    public Exception CreateTimeout() => TimeoutFactory is { } factory
        ? factory(this)
        : new ExecutionTimeoutException(this);

    public static Execution Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);
}
