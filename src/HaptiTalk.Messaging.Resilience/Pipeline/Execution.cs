using Polly;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>One run through the policies: what it is called, the numbers it began with, and what has happened to it so far.</summary>
internal sealed class Execution(OperationState operation, FailureClassifier classifier, TimeSpan total, TimeProvider clock, CancellationToken callerToken)
{
    public static readonly ResiliencePropertyKey<Execution> Key = new("haptitalk.execution");

    private long _startedAt = clock.GetTimestamp();

    public OperationState Operation { get; } = operation;

    /// <summary>The settings of this run, whatever is reloaded meanwhile.</summary>
    public ProfileModel Model { get; } = operation.Model;

    public FailureClassifier Classifier { get; } = classifier;

    /// <summary>The bound of the whole run.</summary>
    public TimeSpan Total { get; } = total;

    public CancellationToken CallerToken { get; } = callerToken;

    /// <summary>How the run behaves towards a full bulkhead.</summary>
    public Patience Patience { get; init; }

    /// <summary>What the run depends on, where that has a total of its own.</summary>
    public string? Dependency { get; init; }

    public string? FallbackKey { get; init; }

    /// <summary>An <see cref="IFallbackSource{TResult}"/> for the run's result, or null.</summary>
    public object? FallbackSource { get; init; }

    /// <summary>Makes the exception for a run that was too long; null for <see cref="ExecutionTimeoutException"/>.</summary>
    public Func<Execution, Exception>? TimeoutFactory { get; init; }

    public int Attempts { get; set; }

    /// <summary>One of this run's own timeouts ended its latest attempt, as opposed to a timeout inside the work.</summary>
    public bool IsTimedOut { get; set; }

    /// <summary>The refusal of this run by one of its own policies, as opposed to one that its work met elsewhere.</summary>
    public RejectedException? Rejection { get; set; }

    /// <summary>An attempt that goes on although its time is over; it keeps its place in the bulkhead until it ends.</summary>
    public Task? Straggler { get; set; }

    /// <summary>Why the result is a fallback's.</summary>
    public FallbackReason FallbackReason { get; set; }

    /// <summary>The result is a fallback made by the called service, which says nothing about that service's health.</summary>
    public bool IsRemoteFallback { get; set; }

    /// <summary>The wait that the retry policy has decided on.</summary>
    public TimeSpan RetryDelay { get; set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_startedAt);

    public TimeSpan Remaining => Total - Elapsed;

    /// <summary>The run has its place. Where nobody waits for the answer, its time begins only now.</summary>
    public void Admitted()
    {
        if (Patience == Patience.Unlimited)
            _startedAt = clock.GetTimestamp();
    }

    public FailureKind Classify(Exception exception) => Classifier.Classify(exception, CallerToken);

    public Exception CreateTimeout() => TimeoutFactory is { } factory
        ? factory(this)
        : new ExecutionTimeoutException(Operation.Service, Operation.Name, Total, Elapsed, Attempts, Model.TotalSettingFor(Dependency));

    public static Execution Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);
}
