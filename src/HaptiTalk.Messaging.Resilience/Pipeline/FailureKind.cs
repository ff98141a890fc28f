namespace HaptiTalk.Messaging.Resilience.Transport;

/// <summary>What a failure means to the policies, the worst first.</summary>
public enum FailureKind
{
    /// <summary>The work failed: counts, is retried, may fall back.</summary>
    Failure,

    /// <summary>The called service failed after its own retries: counts and may fall back, but repeating it would multiply its work.</summary>
    RemoteFailure,

    /// <summary>No end in time: counts, is retried, may fall back.</summary>
    Timeout,

    /// <summary>Refused before it ran: does not count, is retried only after its hint, falls back at once.</summary>
    Rejected,

    /// <summary>The caller gave up: nothing follows.</summary>
    Cancelled,

    /// <summary>The caller's own mistake: would fail again, and says nothing about the service.</summary>
    CallerMistake,
}
