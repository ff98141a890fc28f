using System.Diagnostics;

namespace HaptiTalk.Messaging.Resilience;

/// <summary>What has happened to a run so far. A value, so that the next run begins with nothing of it.</summary>
internal record struct ExecutionProgress
{
    /// <summary>Attempts that have begun.</summary>
    public int Attempts { get; set; }

    /// <summary>How the first attempt failed; null while none has.</summary>
    public FirstFailure? FirstFailure { get; set; }

    /// <summary>When the latest attempt is to have ended, counted from when the run began.</summary>
    public TimeSpan AttemptEnd { get; set; }

    /// <summary>Tells the attempt that runs now that its time is over; null where the context's token does.</summary>
    public CancellationToken? AttemptToken { get; set; }

    /// <summary>The run has waited for its place in the bulkhead.</summary>
    public bool HasWaited { get; set; }

    /// <summary>How long it waited.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>One of this run's own timeouts ended its latest attempt, as opposed to a timeout inside the work.</summary>
    public bool IsTimedOut { get; set; }

    /// <summary>It was noticed late, or little later than the process had stood still: it says nothing about the service.</summary>
    public bool IsLate { get; set; }

    /// <summary>The failure has been dealt with where the work ran: it is not repeated.</summary>
    public bool IsSettled { get; set; }

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

    /// <summary>The span that is told about the run; null where nobody listens.</summary>
    public Activity? Span { get; set; }
}
