namespace HaptiTalk.Messaging.Resilience;

/// <summary>The right to run once, to be ended exactly once on the breaker that gave it.</summary>
/// <param name="Era">The state period in which it was given: an outcome from an earlier period decides nothing.</param>
/// <param name="Probe">Number of the half-open probe; 0 for an ordinary call.</param>
/// <param name="StartedAt">When it was given, where slow calls count; else null.</param>
internal readonly record struct CircuitPermit(int Era, int Probe, long? StartedAt);

/// <summary>What the call that held a permit says about the service.</summary>
internal enum CallVerdict
{
    /// <summary>The service answered.</summary>
    Success,

    /// <summary>The service failed or did not answer in time.</summary>
    Failure,

    /// <summary>One instance of the service failed while another answers: it is a failed call, and no sign of an outage.</summary>
    InstanceFailure,

    /// <summary>Nothing: the caller gave up, was wrong itself or stood still, or the work was refused elsewhere.</summary>
    Neutral,
}
